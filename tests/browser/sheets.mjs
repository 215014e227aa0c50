// A supplier's first run: a customer's workbook goes in, six plain questions, the same workbook comes back filled
// out. Then by hand: an answer of one's own that becomes a fact, columns corrected and remembered. Used by run.mjs.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const FIXTURES = fileURLToPath(new URL("../../fixtures/sheets/", import.meta.url));

export const sheets = async ({ page, go, h1, press, look, check, out, join }) => {
  const main = () => page.locator("main").innerText();
  const begun = Date.now();
  await page.getByRole("link", { name: "客先シート", exact: true }).click();
  await page.setInputFiles("#file", `${FIXTURES}denki.xlsx`);
  await press(page, "読み取る");
  check((await h1(page)) === "denki.xlsx", "the sheet's page has the file's name");
  const first = await main();
  check(first.includes("47問を見つけました。0問の下書きができます。"), `what was found is said: ${first.slice(0, 300)}`);
  check(/6つの質問に答えると、あと\d+問の下書きができます/.test(first), "six plain questions are asked first");
  const plain = page.locator('input[name^="f-"][value="done"]');
  check((await plain.count()) === 6, "six of them");
  for (let n = 0; n < 6; n += 1) await plain.nth(n).check();
  await press(page, "答えて、下書きを作る");
  const drafted = Number((await main()).match(/。(\d+)問の下書きができます/)[1]);
  check(drafted >= 6, `each plain answer drafts at least one of the sheet's: ${drafted}`);
  const [got] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "答えを書き込んだファイルを受け取る" }).click()]);
  const took = Date.now() - begun;
  check(took < 60_000, `from the file to the filled file in ${took} ms without waiting for anybody`);
  check(/^denki_回答_\d{8}\.xlsx$/.test(got.suggestedFilename()), `the name says what it is: ${got.suggestedFilename()}`);
  const back = readFileSync(await got.path());
  check(back.subarray(0, 2).toString() === "PK" && back.length > 5000, "it is a workbook");
  await page.evaluate(() => window.scrollTo(0, 0));
  await look(page, "sheet-first-ja");

  // The filled file read again: the answers stand in it and are not changed.
  await go(page, "/sheets");
  await page.setInputFiles("#file", { name: "denki_回答.xlsx", mimeType: "application/octet-stream", buffer: back });
  await press(page, "読み取る");
  const again = await main();
  const taken = page.locator("div.question", { hasText: "すでに書かれているので、変えません。" });
  check((await taken.filter({ has: page.locator("select") }).count()) === drafted, "every draft was written, and stays");
  // It is the same sheet as before: compared, printed; what stands there is replaced when asked.
  check(again.includes("同じ形の前回のシート：denki.xlsx"), "the sheet of the same shape before is found");
  await taken.filter({ has: page.locator("select") }).first().getByText("書きかえる").click();
  await taken.locator("select").first().selectOption("×");
  await look(page, "sheet-second-ja");
  await press(page, "答えを保存する");
  await page.getByRole("link", { name: "前回との違いを見る" }).click();
  check((await main()).includes("前回と違うところが1問あります。") && (await main()).includes("答えが変わった"), `one answer differs: ${(await main()).slice(0, 300)}`);
  await look(page, "sheet-changes-ja");
  await page.goBack();
  await page.getByRole("link", { name: "印刷用に開く" }).click();
  check((await main()).includes(`47問のうち${drafted}問に答えがあります。`), "the page to print says how much is answered");
  await look(page, "sheet-print-ja");
  await page.pdf({ path: join(out, "sheet-print.pdf"), format: "A4" });

  // An answer of one's own, kept, and stated as a fact.
  await go(page, "/sheets");
  await page.getByRole("link", { name: "denki.xlsx", exact: true }).click();
  const open = page.locator("div.question", { hasText: "まだ事実がないか" }).locator("select");
  const ids = await open.evaluateAll((all) => all.map((s) => s.id));
  for (const id of ids) await page.locator(`#${id}`).selectOption("△");
  await press(page, "答えを保存する");
  for (const id of ids) check((await page.locator(`#${id}`).inputValue()) === "△", "an answer of one's own is kept");
  check((await main()).includes("このシートで書いた答えです。"), "and said to be one's own");
  await look(page, "sheet-own-ja");
  await page.locator('section[aria-labelledby="proposed-title"] input[type="checkbox"]').first().check();
  await press(page, "選んだものを事実にする");
  check(Number((await main()).match(/。(\d+)問の下書きができます/)[1]) > drafted, "as a fact it drafts");

  // Which fact answers is said by hand, and shared as a file without the questions.
  const unsure = page.locator("div.question", { hasText: "どの事実で答えられるか、はっきりしません。" }).first();
  const which = (await unsure.getAttribute("id")).slice(2);
  await unsure.getByText("答えるのに使う事実を直す").click();
  await page.fill(`#m-${which}`, "backup.taken");
  await press(page, "答えを保存する");
  check((await page.locator(`#q-${which}`).innerText()).includes("自社で決めた組み合わせです。"), "a fact chosen by hand counts");
  await look(page, "sheet-match-ja");
  await page.getByText("読み取りの対応表を分け合う").click();
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "対応表（mapping.toml）を受け取る" }).click()]);
  const mapping = readFileSync(await file.path());
  check(mapping.toString().includes("backup.taken") && !/[ぁ-ん]/.test(mapping.toString().replace(/^title.*$/gm, "")), "the file holds facts and no question");
  await go(page, "/sheets");
  await page.getByText("対応表を取り込む").click();
  await page.setInputFiles("#mapping", { name: "mapping.toml", mimeType: "application/toml", buffer: mapping });
  await press(page, "取り込む");
  check(/\d+問の対応を取り込みました。/.test(await main()), "and is taken in again");

  // Columns nobody could guess: corrected, and remembered for the next file of this shape.
  const odd = (who) => ({ name: `${who}.csv`, mimeType: "text/csv", buffer: Buffer.from(`架空商事,${who}\nあ,い\n方針を定めていますか,\nウイルス対策ソフトを入れていますか,\n控えを取っていますか,\n`) });
  await go(page, "/sheets");
  await page.setInputFiles("#file", odd("一年目"));
  await press(page, "読み取る");
  check((await main()).includes("質問の列と答えの列が見つかりませんでした"), "what was not found is said");
  await look(page, "sheet-nothing-ja");
  await page.selectOption("#answer", "1");
  await page.fill("#first_row", "3");
  await press(page, "この列で読み直す");
  check((await main()).includes("3問を見つけました"), "the corrected columns count");
  await go(page, "/sheets");
  await page.setInputFiles("#file", odd("二年目"));
  await press(page, "読み取る");
  check((await main()).includes("3問を見つけました"), "and are remembered for the next file of this shape");

  // Wrong files, other kinds, squared paper.
  await go(page, "/sheets");
  await press(page, "読み取る");
  check((await main()).includes("ファイルを選んでください"), "a file is needed");
  await page.setInputFiles("#file", { name: "a.xlsx", mimeType: "application/octet-stream", buffer: Buffer.from("PK\u0003\u0004 broken") });
  await press(page, "読み取る");
  check((await main()).includes("読めませんでした"), "a broken file is refused in words");
  await look(page, "sheets-error-ja");
  for (const [file, words] of [["hougan.xlsx", "1マスに1文字ずつ"], ["denki-macro.xlsm", "マクロを外して受け取る"], ["denki.xls", "新しいExcelにします"], ["jidousha.xlsx", "60問を見つけました"], ["kikai.xlsx", "35問を見つけました"]]) {
    await go(page, "/sheets");
    await page.setInputFiles("#file", FIXTURES + file);
    await press(page, "読み取る");
    check((await main()).includes(words), `${file} says ${words}`);
  }
  await look(page, "sheet-kikai-ja");
  await go(page, "/sheets");
  await look(page, "sheets-filled-ja");
  await press(page, "English");
  await look(page, "sheets-filled-en");
  await page.getByRole("link", { name: "jidousha.xlsx", exact: true }).click();
  await look(page, "sheet-jidousha-en");
  await page.getByText("Remove this sheet").click();
  await press(page, "Remove");
  check(!(await main()).includes("jidousha.xlsx"), "a sheet that was removed is gone");
  await press(page, "日本語");
};
