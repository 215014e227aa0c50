// A star that an expert confirms, from the application to the revocation, each part played by its
// own person in its own window: applicant, expert, president, operator, anybody. The code on the
// printed certificate is read from paper by another program. Used by run.mjs.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const FACTS = new URL("../../fixtures/facts/scs-3-met.toml", import.meta.url);

// What the fixture says, as the API takes it, with its dates moved to today.
const stated = () => {
  const today = new Date().toISOString().slice(0, 10);
  const facts = {};
  for (const line of readFileSync(FACTS, "utf8").split("\n")) {
    const found = line.match(/^"([a-z_.]+)" = (.+)$/);
    if (!found) continue;
    const value = JSON.parse(found[2]);
    facts[found[1]] = Array.isArray(value) ? value.join(",") : value === true ? "yes" : String(value).replace("2026-11-01", today);
  }
  return facts;
};

export const confirmed = async ({ page, base, go, h1, press, look, check, fresh, out, join, ishigaki, president, data }) => {
  const main = (p) => p.locator("main").innerText();
  const signIn = async (login, password) => {
    const p = await fresh();
    await go(p, "/login");
    await p.fill("#login", login);
    await p.fill("#password", password);
    await press(p, "ログインする");
    return p;
  };
  const party = async (name, login, person) => {
    const added = JSON.parse(ishigaki(["organisation", "add", name, "--login", login, "--person", person, "--json"]));
    return signIn(login, added.password);
  };
  const expert = await party("架空セキュリティ専門家", "senmon", "専門 三郎");
  const operator = await party("架空台帳", "daichou", "台帳 四郎");
  await go(operator, "/register-desk");
  await look(operator, "desk-empty-ja");
  ishigaki(["register", "operator", "scs-3", "架空台帳"]);
  await go(operator, "/register-desk");
  await operator.fill("#organisation-scs-3", "ない会社");
  await press(operator, "指定する");
  await look(operator, "desk-error-ja");
  await operator.fill("#organisation-scs-3", "架空セキュリティ専門家");
  await operator.fill("#credential-scs-3", "架空登録 第1号");
  await press(operator, "指定する");
  check((await main(operator)).includes("架空登録 第1号"), "an expert is designated");
  await look(operator, "desk-ja");

  // The company states its facts, and applies.
  await go(page, "/account");
  await page.locator("summary", { hasText: "トークンを作る" }).click();
  await page.locator("details #name").fill("取り込み");
  await page.fill("#token-password", "あかい橋の上のみずうみ");
  await press(page, "トークンを作る");
  const token = (await page.locator(".secret").innerText()).trim();
  const sent = await page.request.post(`${base}/api/v1/facts`, { headers: { authorization: `Bearer ${token}` }, data: { facts: stated() } });
  check(sent.ok(), `the facts are stated: ${await sent.text()}`);
  await go(page, "/stars");
  await page.getByRole("button", { name: /^申請を始める.*SCS評価制度 ★3/ }).click();
  const address = new URL(page.url()).pathname;
  await page.fill("#scope", "石垣精工の全社。工場の制御機器を除く");
  await press(page, "保存する");
  check((await main(page)).includes("足りないものはありません"), `all 81 are met: ${(await main(page)).slice(0, 600)}`);
  await look(page, "star3-board-ja");
  await press(page, "頼む");

  // The expert goes through all of them by keys, and finds two gaps.
  await go(expert, "/examinations");
  await look(expert, "examinations-ja");
  await expert.getByRole("link", { name: /石垣精工/ }).click();
  const bench = new URL(expert.url()).pathname;
  await look(expert, "examination-asked-ja");
  await expert.check("#independent");
  await press(expert, "引き受ける");
  const ids = await expert.locator("[data-bench] section h3").allInnerTexts();
  check(ids.length === 81, `81 criteria on the workbench: ${ids.length}`);
  await expert.locator("[data-bench] input[type=radio]").first().focus();
  for (const id of ids) {
    const gap = id.startsWith("4-3-4-3 ") ? "復元の手順書に、日付と担当者がない" : id.startsWith("6-1-1-5 ") ? "報告の様式に、連絡先がない" : "";
    await expert.keyboard.press(gap ? "g" : "m");
    if (gap) {
      await expert.keyboard.type(gap);
      await expert.keyboard.press("Shift+Tab");
      await expert.keyboard.press("j");
    }
  }
  await expert.locator("[data-bench] button").click();
  check((await main(expert)).includes("満たす 79件、指摘 2件"), "79 met and two findings, by keys alone");
  await look(expert, "examination-ja");
  await press(expert, "満たすと確認する");
  check((await main(expert)).includes("未解決の指摘"), "it cannot be confirmed with open findings");

  // The company closes both: a file, and an answer to each.
  await go(page, "/facts/backup.restore_procedure");
  await page.setInputFiles("#file", { name: "復元手順書.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7 restore") });
  await press(page, "選んだファイルを送る");
  await go(page, address);
  check((await main(page)).includes("未解決2件"), "the applicant sees two findings");
  await page.locator("textarea").nth(0).fill("日付と担当者を書き、手順書を付けました");
  await page.locator("textarea").nth(1).fill("様式に連絡先の欄を加えました");
  await look(page, "star3-findings-ja");
  await press(page, "回答を送る");

  // The expert opens the file, closes both findings and confirms.
  await go(expert, bench);
  check((await main(expert)).includes("様式に連絡先の欄を加えました"), "the expert sees the answers");
  const [file] = await Promise.all([expert.waitForEvent("download"), expert.getByRole("link", { name: "復元手順書.pdf" }).click()]);
  check((await file.failure()) === null, "the expert opens the file");
  for (const section of await expert.locator("[data-bench] section").all()) await section.locator('input[value="met"]').check();
  await expert.locator("[data-bench] button").click();
  await expert.fill("#plan", "全数を見て、控えと報告は証跡まで確かめた");
  await expert.fill("#report", "81項目すべてを満たす");
  await press(expert, "記録を保存する");
  await press(expert, "満たすと確認する");
  check((await main(expert)).includes("完了"), `the expert confirmed: ${(await main(expert)).slice(-900)}`);
  await look(expert, "examination-done-ja");

  // The president signs, the operator registers.
  const head = await signIn("shachou", president);
  await go(head, address);
  await head.fill("#name", "石垣 社長");
  await head.check("#agreed");
  await look(head, "star3-declare-ja");
  await press(head, "宣言する");
  await go(operator, "/examinations");
  await operator.getByRole("link", { name: /石垣精工/ }).click();
  await operator.check("#independent");
  await press(operator, "引き受ける");
  await look(operator, "decision-ja");
  await press(operator, "承認する");
  check((await main(operator)).includes("完了"), "the operator registered");
  await go(page, address);
  check((await main(page)).includes("架空セキュリティ専門家 専門 三郎"), "the applicant sees who opened which file");
  await look(page, "star3-awarded-ja");

  // Anybody sees it; the code on paper leads to the check.
  await page.getByRole("link", { name: "宣言書・確認書" }).first().click();
  const number = (await main(page)).match(/SCS3-\d{4}-\d{8}/)[0];
  await look(page, "certificate-star3-ja");
  await page.emulateMedia({ media: "print" });
  await page.pdf({ path: join(out, "certificate-star3.pdf"), format: "A4" });
  await page.emulateMedia({ media: null });
  execFileSync("pdftoppm", ["-r", "200", "-png", "-singlefile", join(out, "certificate-star3.pdf"), join(out, "certificate-star3-paper")]);
  const link = execFileSync("zbarimg", ["--quiet", "--raw", join(out, "certificate-star3-paper.png")], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  check(link.includes("/register/verify?t="), `the code on paper is an address: ${link.slice(0, 60)}`);
  const anybody = await fresh();
  const scanned = new URL(link);
  await go(anybody, scanned.pathname + scanned.search);
  check((await main(anybody)).includes("本物で、いま有効です"), "the scanned code verifies");
  await look(anybody, "star3-verify-ja");
  await go(anybody, `/register/entries/${number}`);
  const entry = await main(anybody);
  check(entry.includes("石垣精工") && entry.includes("架空セキュリティ専門家") && entry.includes("制御機器を除く"), "the public page shows holder, confirmer and scope");
  await look(anybody, "star3-entry-ja");

  // The operator revokes; the check fails and says since when.
  await go(operator, "/register-desk");
  await operator.fill("#number", number);
  await operator.selectOption("#state", "revoked");
  await operator.fill("#state_reason", "届け出た内容が事実と違っていたため");
  await press(operator, "変える");
  await go(anybody, scanned.pathname + scanned.search);
  const revoked = await main(anybody);
  check(revoked.includes("取り消されています") && /20\d\d[-年]/.test(revoked), `a revoked star says since when: ${revoked.slice(0, 300)}`);
  await look(anybody, "star3-revoked-ja");
  let exit = 0;
  try { ishigaki(["register", "verify", number]); } catch (error) { exit = error.status; }
  check(exit === 1, `the command word says the same: exit ${exit}`);

  // The company appeals; another person of the operator answers, and the star holds again.
  await go(page, "/stars");
  check((await page.locator("summary", { hasText: "異議を申し立てる" }).count()) === 1, "only what somebody else ended can be appealed");
  await page.locator("summary", { hasText: "異議を申し立てる" }).click();
  await page.locator("textarea").first().fill("届け出た内容は、専門家が証跡で確かめたとおりです");
  await look(page, "appeal-ja");
  await press(page, "異議を送る");
  check((await main(page)).includes("回答待ち"), "the appeal waits for an answer");
  await go(operator, "/members");
  await operator.fill("#name", "台帳 五郎");
  await operator.fill("#login", "daichou5");
  await operator.selectOption("#role", "registrar");
  await press(operator, "人を加える");
  const second = await signIn("daichou5", (await operator.locator(".secret").innerText()).trim());
  await go(second, "/register-desk");
  await look(second, "desk-appeal-ja");
  await second.locator('input[name="uphold"][value="yes"]').check();
  await second.locator('textarea[name="answer"]').fill("証跡を確かめ、届出が正しいと分かりました");
  await press(second, "回答する");
  await go(anybody, scanned.pathname + scanned.search);
  check((await main(anybody)).includes("本物で、いま有効です"), "after the appeal the star holds again");
  await go(page, "/stars");
  await look(page, "appeal-answered-ja");

  // Whoever looks for help, or wants everything at once.
  await go(anybody, "/register?scheme=otasuketai-1");
  check((await anybody.locator("#t-watch option").allInnerTexts()).includes("端末型の見守り"), "a directory is searched by its own fields");
  await look(anybody, "directory-ja");
  ishigaki(["register", "publish", join(data, "public")]);
  await go(anybody, "/register/files");
  await look(anybody, "files-ja");
  const [bulk] = await Promise.all([anybody.waitForEvent("download"), anybody.getByRole("link", { name: "entries.csv" }).click()]);
  check(readFileSync(await bulk.path(), "utf8").includes(number), "the bulk file has the star");
};
