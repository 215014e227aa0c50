// A buyer asks with a sheet of its own; one supplier answers in the workbook of its link, others by files the buyer
// reads in. Used by run.mjs after the supplier's first run: the sheet is there already.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";

const fixture = (name) => fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url));

export const intake = async ({ page, go, press, look, check, fresh, wait, join, binary }) => {
  const main = (p) => p.locator("main").innerText();
  const folder = mkdtempSync(join(tmpdir(), "ishigaki-intake-"));
  // A workbook filled out from facts, as a supplier's own Ishigaki would.
  const filled = (name) => {
    const to = join(folder, "filled.xlsx");
    execFileSync(binary, ["sheet", "fill", name, "--facts", fixture("facts/scs-3-met.toml"), "-o", to, "--data", folder]);
    return readFileSync(to);
  };
  const upload = (name, buffer) => ({ name, mimeType: "application/octet-stream", buffer });

  await go(page, "/suppliers/lists");
  await page.setInputFiles("#file", upload("取引先.csv", Buffer.from("会社名,取引先コード\n架空精機,T-01\n架空部品,T-02\n架空商会,T-03\n")));
  await press(page, "中身を確かめる");
  await press(page, "このまま取り込む");
  await go(page, "/sheets");
  await page.getByRole("link", { name: "denki.xlsx", exact: true }).click();
  await page.getByText("このシートで取引先に尋ねる").click();
  await press(page, "このシートで依頼の下書きを作る");
  check((await page.locator("#set option:checked").innerText()) === "自社のシート：denki.xlsx", "the draft asks with the sheet");
  await page.fill("#contact", "購買部 03-0000-0000");
  await press(page, "3 社に依頼を出す");
  const board = page.url();
  await wait(async () => { await page.goto(board); return (await main(page)).includes("架空商会"); }, "the requests");

  // By link: the workbook goes out with the number in its name, comes back filled, is looked at and kept.
  await page.getByRole("link", { name: "架空精機" }).click();
  await page.locator("summary", { hasText: "そのほか" }).click();
  await press(page, "回答の入口を手渡す");
  const [link, code] = (await page.locator(".secret").innerText()).split(/\s+/);
  const supplier = await fresh();
  await go(supplier, new URL(link).pathname);
  await supplier.fill("#code", code);
  await press(supplier, "回答に進む");
  await supplier.getByText("Excelで答える").click();
  await look(supplier, "reply-sheet-ja");
  const [got] = await Promise.all([supplier.waitForEvent("download"), supplier.getByRole("link", { name: "Excelを受け取る" }).click()]);
  check(/^denki_R-\w{4}-\w{4}\.xlsx$/.test(got.suggestedFilename()), `the file says which request: ${got.suggestedFilename()}`);
  await got.saveAs(join(folder, "asked.xlsx"));
  await supplier.setInputFiles("#file", upload("denki.xlsx", filled(join(folder, "asked.xlsx"))));
  await press(supplier, "読み取る");
  const read = Number((await main(supplier)).match(/問のうち (\d+) 問に記入しました/)[1]);
  check(read > 20, `what was filled out in the workbook is in the form: ${read}`);
  await look(supplier, "reply-read-ja");
  await supplier.getByText("Excelで答える").click();
  await supplier.setInputFiles("#file", upload("x.xlsx", Buffer.from("PK broken")));
  await press(supplier, "読み取る");
  check((await main(supplier)).includes("読めませんでした"), "a broken file is refused in words");

  // By mail: the buyer reads them in; each is one line.
  await page.goto(board);
  await page.getByRole("link", { name: "届いたExcelを読み込む" }).click();
  await press(page, "読み込む");
  check((await main(page)).includes("ファイルを選んでください"), "a file is needed");
  await look(page, "intake-error-ja");
  const answers = filled(fixture("sheets/denki.xlsx"));
  const foreign = Buffer.from("No.,確認項目,回答（○／×）\n1,別の質問ですか,○\n2,また別の質問ですか,×\n");
  await page.setInputFiles("#file", [upload("架空部品_回答.xlsx", answers), upload("回答.xlsx", answers), upload("議事録.xlsx", Buffer.from("PK broken")), upload("別の票.csv", foreign)]);
  await press(page, "読み込む");
  await wait(async () => { await page.reload(); return (await main(page)).includes("すべて読みました。"); }, "all files to be read");
  const report = await main(page);
  for (const words of ["取り込んだ", "ファイルの名前から", "取引先が分からない", "読めない", "この依頼のシートではない", "空欄："]) check(report.includes(words), `the report says ${words}: ${report}`);
  await look(page, "intake-ja");
  const unknown = page.locator("tr", { hasText: "取引先が分からない" });
  await unknown.locator("input[name=whose]").fill("いない会社");
  await unknown.getByRole("button", { name: /^この取引先の回答にする/ }).click();
  check((await main(page)).includes("1つに決まりません"), "a name that is nobody's is said");
  await unknown.locator("input[name=whose]").fill("T-03");
  await unknown.getByRole("button", { name: /^この取引先の回答にする/ }).click();
  check((await main(page)).includes("人が選んだ"), "whose it is was said by hand");
  await page.getByRole("link", { name: "架空商会" }).click();
  check((await main(page)).includes("Excelの回答を読み取りました：回答.xlsx"), "the reply says where it was read from");
  await look(page, "request-read-ja");
  await page.goto(board);
  check((await main(page)).includes("回答 66%"), `two of three are on the board: ${(await main(page)).slice(0, 200)}`);
  await press(page, "English");
  await page.getByRole("link", { name: "Read workbooks in" }).click();
  await look(page, "intake-en");
  await press(page, "日本語");
  rmSync(folder, { recursive: true, force: true });
};
