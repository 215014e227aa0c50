// A year with the forty questions: answer them all, see the radar, follow the weakest item to a
// practice that fits, keep the state, answer again, see what changed. And an administrator who
// imports an official-style workbook. Used by run.mjs.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// The smallest workbook a spreadsheet program would read, packed with the zip of python3.
const workbook = (rows) => {
  const folder = mkdtempSync(join(tmpdir(), "ishigaki-workbook-"));
  const cell = (text, r, c) => `<c r="${String.fromCharCode(65 + c)}${r + 1}" t="inlineStr"><is><t>${text}</t></is></c>`;
  const sheet = rows.map((row, r) => `<row r="${r + 1}">${row.map((t, c) => cell(t, r, c)).join("")}</row>`).join("");
  const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
  const files = {
    "[Content_Types].xml": `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`,
    "_rels/.rels": `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    "xl/workbook.xml": `<?xml version="1.0"?><workbook xmlns="${main}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="評価基準" sheetId="1" r:id="r1"/></sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    "xl/worksheets/sheet1.xml": `<?xml version="1.0"?><worksheet xmlns="${main}"><sheetData>${sheet}</sheetData></worksheet>`,
  };
  writeFileSync(join(folder, "files.json"), JSON.stringify(files));
  const pack = "import json,sys,zipfile\nz=zipfile.ZipFile(sys.argv[2],'w')\nfor n,t in json.load(open(sys.argv[1])).items(): z.writestr(n,t)\nz.close()";
  execFileSync("python3", ["-c", pack, join(folder, "files.json"), join(folder, "official.xlsx")]);
  const bytes = readFileSync(join(folder, "official.xlsx"));
  rmSync(folder, { recursive: true, force: true });
  return bytes;
};

// Answers every group; `step` gives the step of the n-th question.
const answerAll = async (page, step, look, name) => {
  let seen = 0;
  for (let group = 1; group <= 10; group += 1) {
    const names = await page.locator('input[type="radio"][name^="a."]').evaluateAll((all) => [...new Set(all.map((a) => a.name))]);
    for (const radio of names) { await page.locator(`input[name="${radio}"][value="${step(seen, group)}"]`).check(); seen += 1; }
    if (look && group === 5) await look(page, name);
    await page.locator("main form button").first().click();
  }
  return seen;
};

export const year = async ({ page, go, h1, press, look, check }) => {
  await go(page, "/assessments");
  const wanted = await page.locator("#scheme option").evaluateAll((all) => all.find((o) => o.textContent.includes("40問")).value);
  await page.selectOption("#scheme", wanted);
  await press(page, "評価を加える");
  const home = new URL(page.url()).pathname;
  await look(page, "maturity-empty-ja");
  await page.getByRole("link", { name: "質問に答える" }).click();
  const seen = await answerAll(page, (n, group) => (group === 9 ? 1 : 2 + (n % 3)), look, "questions-ja");
  check(seen === 40, `forty questions were asked, not ${seen}`);
  check(new URL(page.url()).pathname === home, "after the last group the result is shown");
  const main = () => page.locator("main").innerText();
  check((await page.locator("svg.radar polygon.line-0").count()) === 1, "ten answered axes close the line of the radar");
  check((await main()).includes("いちばん低いのは「9 サプライチェーン全体」です"), "the weakest directive is named");
  await look(page, "maturity-filled-ja");

  await page.getByRole("link", { name: "この項目の事例をすべて見る" }).click();
  check((await main()).includes("「9 サプライチェーン全体」に役立つ事例"), "practices for the weakest directive");
  await look(page, "practices-ja");
  await page.locator(".tasks a").first().click();
  check((await main()).includes("取り組んだ順") || (await page.locator("ol li").count()) > 1, "a practice says what was done");
  await look(page, "practice-ja");
  await go(page, "/practices/9-2");
  await look(page, "practice-tables-ja");
  await go(page, "/practices?q=" + encodeURIComponent("社員が不審なメールを開いても報告してくれない"));
  check((await page.locator(".tasks a").first().innerText()).includes("報告してくれない"), "a worry is found in its owner's words");

  await go(page, home);
  await page.fill("#kept-name", "2026年度");
  await press(page, "いまの状態を記録する");
  await go(page, `${home}/questions/d1`);
  await answerAll(page, (n, group) => (group === 9 ? 4 : 2 + (n % 3)));
  check((await page.locator("svg.radar .mark-1").count()) === 10, "last time is drawn beside now");
  await page.getByRole("link", { name: "いまと比べる" }).click();
  const changed = await main();
  check(changed.includes("変わった項目（3件）") && changed.includes("▲ 上がった"), `three questions of directive 9 went up: ${changed.slice(0, 300)}`);
  await look(page, "difference-ja");
  await go(page, `${home}/declaration`);
  await look(page, "declaration-ja");
  await go(page, `${home}/peers`);
  await look(page, "peers-none-ja");
  await page.fill("#title", "業界調査");
  await page.fill("#source", "架空の業界団体");
  await page.fill("#day", "2026-04-01");
  await page.fill("#lines", "d1,3.1\nd99,2");
  await press(page, "加える");
  check((await main()).includes("d99,2"), "a line that cannot be read is named");
  await look(page, "peers-error-ja");
  await page.fill("#lines", "d1,3.1\nd9,2.4");
  await press(page, "加える");
  check((await main()).includes("3.10"), "an average from elsewhere stands beside ours");
};

export const official = async ({ page, go, look, press, check }) => {
  await go(page, "/schemes/scs-4/1.0.0/official");
  await look(page, "official-empty-ja");
  const rows = [["架空の公式資料", "", "", ""], ["大分類", "番号", "★", "評価基準"], ["1", "1-2-1-1", "3", "公式の文その1"], ["1", "1-2-2-1", "4", "公式の文その2"]];
  await page.setInputFiles("#file", { name: "official.xlsx", mimeType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", buffer: workbook(rows) });
  await press(page, "取り込む");
  check((await page.locator("main").innerText()).includes("2項目の公式の文があります"), "the workbook was read");
  await look(page, "official-filled-ja");
  await go(page, "/schemes/scs-4/1.0.0");
  check((await page.locator("main").innerText()).includes("公式の文その2"), "official wording stands beside ours");
  await page.goBack();
  await page.setInputFiles("#file", { name: "broken.xlsx", mimeType: "application/octet-stream", buffer: Buffer.from("PK\u0003\u0004") });
  await press(page, "取り込む");
  check((await page.locator("main").innerText()).includes("読めませんでした"), "a broken file is refused with a reason");
  await look(page, "official-error-ja");
};

export const learn = async ({ page, go, look, press, check }) => {
  await go(page, "/lessons");
  await look(page, "lessons-ja");
  await page.getByRole("link", { name: "次を学ぶ" }).click();
  await look(page, "lesson-ja");
  await press(page, "答え合わせをする");
  await look(page, "lesson-error-ja");
  for (const radio of await page.locator('input[value="yes"]').all()) await radio.check();
  await press(page, "答え合わせをする");
  check((await page.locator("main").innerText()).includes("5つのうち"), "the answers are explained");
  await look(page, "lesson-judged-ja");
  for (const [path, name] of [["/lessons/certificate", "certificate"], ["/lessons/results", "results"], ["/crosswalks", "crosswalks"], ["/crosswalks/scs-3--security-action-2", "crosswalk"], ["/schemes/security-action-1/difference", "version"], ["/unconfirmed", "unconfirmed"], ["/schemes/csm-3/3.0.0", "scheme-csm"]]) {
    await go(page, path);
    await look(page, `${name}-ja`);
  }
};

export const own = async ({ page, go, look, press, check }) => {
  const main = () => page.locator("main").innerText();
  await go(page, "/own-schemes");
  await look(page, "own-empty-ja");
  await press(page, "下書きを作る");
  check((await main()).includes("名前を100文字までで"), "a name is asked for");
  await page.fill("#title", "海外拠点の点検表");
  await page.check('input[name="start"][value="abroad"]');
  await press(page, "下書きを作る");
  await page.fill("[id='text.11']", "入口の鍵の持ち主を一覧にしていますか");
  await page.fill("[id='group.11']", "建物");
  await look(page, "own-draft-ja");
  await press(page, "保存して見本へ進む");
  check((await main()).includes("見本を一つ以上作ってください"), `a sample is asked for before the release: ${(await main()).slice(0, 400)}`);
  await page.fill("#name", "何もできていない拠点");
  await page.fill("#met", "3");
  await press(page, "見本を加える");
  check((await main()).includes("3件のはずですが、計算では0件です"), "a sample that does not come out holds the release back");
  await look(page, "own-sample-wrong-ja");
  await press(page, /^消す/);
  await page.fill("#name", "一つだけできている拠点");
  await page.selectOption("[id='a.q1']", "done");
  await page.fill("#met", "1");
  await press(page, "見本を加える");
  check((await main()).includes("公開できます"), "ready");
  await look(page, "own-ready-ja");
  await press(page, "公開する");
  check((await main()).includes("入口の鍵の持ち主"), "the released rules are a scheme like others");
  await go(page, "/own-schemes");
  await page.getByRole("link", { name: "海外拠点の点検表" }).click();
  check((await main()).includes("この版は変わりません"), "a released version is only shown");
  await look(page, "own-released-ja");
  await go(page, "/assessments");
  await page.selectOption("#scheme", { label: "海外拠点の点検表 (1.0.0)" });
  await press(page, "評価を加える");
  await page.getByRole("link", { name: "質問に答える" }).click();
  for (const radio of await page.locator('input[type="radio"][value="done"]').all()) await radio.check();
  await page.locator("form button").last().click();
  await go(page, "/comparison");
  await page.selectOption("#scheme", { label: "海外拠点の点検表" });
  await press(page, "表示する");
  await look(page, "own-comparison-ja");
  await page.getByRole("link", { name: "監査する" }).first().click();
  check((await main()).includes("ほかの人が監査してください"), "nobody audits what they stated");
  await look(page, "audit-ja");
};

export const stars = async ({ page, go, look, press, check, fresh, out, join }) => {
  const main = (p) => p.locator("main").innerText();
  await go(page, "/members");
  await page.fill("#name", "石垣 社長");
  await page.fill("#login", "shachou");
  await page.selectOption("#role", "president");
  await press(page, "人を加える");
  const password = (await page.locator(".secret").innerText()).trim();
  await go(page, "/stars");
  await look(page, "stars-ja");
  await page.getByRole("button", { name: /^申請を始める SECURITY ACTION ★（/ }).click();
  check((await main(page)).includes("足りないものはありません"), "the first declaration is about what will be done");
  await page.fill("#kana", "イシガキセイコウ");
  await page.selectOption("#prefecture", "23");
  await press(page, "保存する");
  await look(page, "application-ja");
  const address = new URL(page.url()).pathname;
  const head = await fresh();
  await go(head, "/login");
  await head.fill("#login", "shachou");
  await head.fill("#password", password);
  await press(head, "ログインする");
  await go(head, address);
  await press(head, "宣言する");
  check((await main(head)).includes("ログインしている人の名前と違います"), "a declaration needs a name");
  await look(head, "declare-error-ja");
  await head.fill("#name", "石垣社長");
  await head.check("#agreed");
  await press(head, "宣言する");
  check((await main(head)).includes("期限なし"), "the certificate");
  await look(head, "certificate-star-ja");
  const paper = await head.pdf({ path: join(out, "certificate.pdf"), format: "A4" });
  check(paper.length > 10000, "the certificate prints");
  const number = (await main(head)).match(/\b5\d{10}\b/)[0];
  const anybody = await fresh();
  await go(anybody, "/register");
  await anybody.fill("#q", "いしがきせいこう");
  await press(anybody, "調べる");
  await look(anybody, "register-ja");
  await go(anybody, "/register/statistics");
  for (const summary of await anybody.locator("summary").all()) await summary.click();
  await look(anybody, "statistics-ja");
  await anybody.goBack();
  await anybody.getByRole("link", { name: "石垣精工" }).first().click();
  await look(anybody, "register-entry-ja");
  await anybody.getByRole("link", { name: "いますぐ確かめる" }).click();
  check((await main(anybody)).includes("本物で、いま有効です"), "anybody can check it");
  await look(anybody, "register-verify-ja");
  await go(page, "/stars");
  await page.getByText("取りやめる", { exact: false }).first().click();
  await page.locator("button.danger").first().click();
  await go(anybody, `/register/verify?number=${number}`);
  check((await main(anybody)).includes("取り消されています"), "an ended star does not verify any more");
  await look(anybody, "register-revoked-ja");
  return password;
};
