// The first minute of a new user, driven in Chromium: first run → twelve facts → ★ result →
// change one fact → see what changed, in Japanese and English; every page in empty, filled and
// error state at 320 px and on a desktop, with no accessibility violation (axe, WCAG 2.2 A/AA).
// Usage: node run.mjs PATH-TO-ishigaki OUTPUT-FOLDER [chain|sheets|products]
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { chain, sink } from "./chain.mjs";
import { intake } from "./intake.mjs";
import { products } from "./products.mjs";
import { sheets } from "./sheets.mjs";
import { confirmed } from "./star3.mjs";
import { learn, official, own, stars, year } from "./year.mjs";

const [binary, out, only] = process.argv.slice(2);
const require = createRequire(import.meta.url);
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"];
const SIZES = [["320", { width: 320, height: 700 }], ["desktop", { width: 1280, height: 900 }]];
let passed = 0;
const failures = [];
const check = (good, what) => { if (good) passed += 1; else { failures.push(what); console.log(`FAILED ${what}`); } };

const data = mkdtempSync(join(tmpdir(), "ishigaki-browser-"));
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const mail = await sink();
// Letters leave at any hour here, so that the test does not depend on when it runs.
const hours = readFileSync(new URL("../../rules/supplier-requests.toml", import.meta.url), "utf8");
mkdirSync(join(data, "rules"));
writeFileSync(join(data, "rules", "supplier-requests.toml"), hours.replace("from_hour = 9", "on_days_off = true\nfrom_hour = 0").replace("to_hour = 17", "to_hour = 24"));
// Asks again until it is so. The browser may refuse a look while it changes pages; that is "not yet", and told if it stays.
const wait = async (test, what) => {
  let last = "";
  for (let i = 0; i < 300; i += 1) {
    if (await Promise.resolve().then(test).catch((error) => { last = `: ${error.message}`; return false; })) return;
    await new Promise((r) => setTimeout(r, 100));
  }
  throw new Error(`waited in vain for ${what}${last}`);
};
const serve = async (folder, words) => {
  const server = spawn(binary, ["serve", "--data", folder, "--listen", "127.0.0.1:0", ...words], { stdio: ["ignore", "pipe", "inherit"] });
  let printed = "";
  server.stdout.on("data", (chunk) => { printed += chunk; });
  await wait(() => printed.includes("Ctrl-C"), "the server");
  return { server, base: printed.match(/http:\/\/127\.0\.0\.1:\d+/)[0], code: printed.match(/one-time code: +(\S+)/)[1] };
};
let { server, base, code } = await serve(data, ["--smtp", mail.url]);

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});

// One look at the page: axe at both sizes, nothing wider than the screen, a screenshot each.
const look = async (page, name) => {
  for (const [size, viewport] of SIZES) {
    await page.setViewportSize(viewport);
    await page.evaluate(axe);
    const found = await page.evaluate((tags) => window.axe.run(document, { runOnly: tags }), TAGS);
    const text = found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 120)).join(" | ")}`).join("\n  ");
    check(found.violations.length === 0, `axe ${name} at ${size}\n  ${text}`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    check(wide <= 0, `${name} is ${wide}px wider than the screen at ${size}`);
    await page.screenshot({ path: join(out, `${name}-${size}.png`), fullPage: true });
  }
};

const go = async (page, path) => { await page.goto(base + path); };
const h1 = (page) => page.locator("h1").first().innerText();
const press = async (page, text) => { await page.getByRole("button", { name: text, exact: true }).first().click(); };

const FACTS = [
  ["patch.software_current", "done"], ["malware.installed", "done"], ["malware.definitions", "done"], ["password.strong", "partial"],
  ["access.file_permissions", "unknown"], ["training.threat_sharing", "done"], ["backup.taken", "none"], ["asset.pc_inventory", ["maker", "os"]],
  ["password.min_length", "８"], ["training.reviewed_on", "R8.4.1"], ["identity.user_sharing", "none_shared"], ["network.wifi_encrypted", "not_applicable"],
];

const answer = async (page, key, value) => {
  await go(page, `/facts/${key}`);
  const radios = page.locator('input[name="answer"]');
  const direct = page.locator(`input[name="answer"][value="${Array.isArray(value) ? "given" : value}"]`);
  if (await direct.count()) await direct.check();
  else { await page.locator('input[name="answer"][value="given"]').check(); await page.fill("#value", value); }
  if (Array.isArray(value)) for (const v of value) await page.locator(`input[name="value"][value="${v}"]`).check();
  if (value === "not_applicable") await page.fill("#reason", "無線LANを使っていないため");
  await page.fill("#owner", "総務課");
  await page.locator("main form button").first().click();
  check((await radios.count()) === 0, `${key} was saved`);
};

const firstRun = async (page) => {
  await go(page, "/");
  check((await h1(page)) === "はじめの設定", "a fresh instance asks for the first set-up");
  await look(page, "start-empty-ja");
  await page.locator("main form button").click();
  check((await page.locator(".error-summary").count()) === 1, "an empty first form shows the error summary");
  await look(page, "start-error-ja");
  await page.fill("#code", code);
  await page.fill("#name", "石垣精工");
  await page.fill("#corporate_number", "7000012050003");
  await page.selectOption("#employee_band", "21-50");
  await page.selectOption("#industry", "E");
  await page.fill("#person_name", "総務 花子");
  await page.fill("#login", "soumu");
  await page.fill("#password", "あかい橋の上のみずうみ");
  await page.locator("main form button").click();
  check((await page.locator("main").innerText()).includes("検査用数字が合いません"), "a wrong check digit is told in words");
  check((await page.inputValue("#name")) === "石垣精工", "what was typed is still there");
  await page.fill("#corporate_number", "");
  await page.fill("#password", "あかい橋の上のみずうみ");
  await page.locator("main form button").click();
  check((await h1(page)) === "何をしますか", "after the first account come the three choices");
  await look(page, "choose-ja");
  await go(page, "/choose/ask");
  check((await page.locator("main").innerText()).includes("まだありません"), "what is not there is said plainly");
  await look(page, "choose-ask-ja");
};

const factsAndResults = async (page) => {
  for (const [path, name] of [["/", "home"], ["/facts", "facts"], ["/facts/check", "check"], ["/assessments", "assessments"], ["/comparison", "comparison"], ["/facts/backup.taken", "fact"], ["/facts/backup.taken/history", "history"]]) {
    await go(page, path);
    await look(page, `${name}-empty-ja`);
  }
  for (const [key, value] of FACTS) await answer(page, key, value);
  await go(page, "/facts/password.min_length");
  check((await page.inputValue("#value")) === "8", "a full-width number is kept as a number");
  await page.fill("#value", "長い");
  await page.locator("main form button").first().click();
  check((await page.locator(".error-summary").count()) === 1, "a wrong number shows the error summary");
  check((await page.title()).startsWith("エラー"), "the title says that there is an error");
  check(await page.evaluate(() => document.activeElement.classList.contains("error-summary")), "focus is on the error summary");
  await look(page, "fact-error-ja");
  await go(page, "/assessments");
  await page.getByRole("link", { name: /一つ星.*4\.0/ }).click();
  const star = await page.locator("main").innerText();
  check(star.includes("これは自社の診断です"), "the ★ result says that it is a diagnosis");
  check(/満たす\s*3 \/ 6/.test(star), `three of six articles are met: ${star.slice(0, 400)}`);
  await look(page, "star-filled-ja");
};

const changeOne = async (page) => {
  await answer(page, "backup.taken", "done");
  const changed = await page.locator("main").innerText();
  check((await h1(page)) === "保存しました", "after saving, the page of changes comes");
  check(changed.includes("★★") && changed.includes("11 バックアップを取る"), "it names the criterion of the second star");
  check(/満たさない[\s\S]*→[\s\S]*満たす/.test(changed), "it says from what to what");
  await look(page, "change-ja");
  await go(page, "/assessments");
  await page.getByRole("link", { name: /一つ星.*4\.0/ }).click();
  check(/満たす\s*4 \/ 6/.test(await page.locator("main").innerText()), "now four of six are met");
};

const everywhere = async (page, lang) => {
  await go(page, "/assessments");
  const links = await page.locator("tbody a").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
  const scs = links[2];
  const pages = [["/", "home"], ["/facts", "facts"], ["/facts?q=%E8%A9%B2%E5%BD%93%E3%81%AA%E3%81%97xx", "facts-nothing"], ["/facts/check", "check"], ["/facts/asset.pc_inventory", "fact-set"], ["/facts/training.reviewed_on", "fact-date"], ["/facts/backup.taken/history", "history"], ["/assessments", "assessments"], [links[1], "points"], [scs, "scs3"], [`${scs}/4-1-5-3`, "criterion"], ["/comparison", "comparison"], ["/schemes", "schemes"], ["/schemes/scs-3/1.0.0", "scheme"], ["/organisation", "organisation"], ["/members", "members"], ["/ledger", "ledger"], ["/account", "account"], ["/account/second-factor", "second-factor"], ["/choose", "choose"], ["/choose/evaluate", "choose-evaluate"], ["/nowhere", "not-found"]];
  for (const [path, name] of pages) { await go(page, path); await look(page, `${name}-filled-${lang}`); }
};

const files = async (page) => {
  await go(page, "/facts/backup.taken");
  await page.setInputFiles("#file", { name: "方針.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7 policy") });
  await press(page, "選んだファイルを送る");
  check((await page.locator("#documents + p + ul").innerText()).includes("方針.pdf"), "an evidence file is listed under its own name");
  await look(page, "fact-document-ja");
  await page.setInputFiles("#file", { name: "photo.png", mimeType: "image/png", buffer: Buffer.from("MZ\u0090 program") });
  await press(page, "選んだファイルを送る");
  check((await h1(page)) === "このファイルは証跡にできません", "a program named as a picture is refused in words");
  await look(page, "file-refused-ja");
};

const twoTabsAndExpiry = async (page, context) => {
  const other = await context.newPage();
  await go(page, "/facts/governance.policy");
  await go(other, "/facts/governance.policy");
  await other.locator('input[value="done"]').check();
  await other.locator("main form button").first().click();
  await page.locator('input[value="partial"]').check();
  await page.fill("#owner", "第二の画面");
  await page.locator("main form button").first().click();
  check((await page.locator("main").innerText()).includes("先に保存しました"), "a second tab that saved first is told");
  check((await page.inputValue("#owner")) === "第二の画面", "the stale form keeps what was typed");
  await look(page, "stale-ja");
  await other.close();
  await go(page, "/facts/governance.rules_written");
  await page.locator('input[value="done"]').check();
  await page.fill("#owner", "期限切れの中で書いた人");
  await context.clearCookies({ name: "ishigaki" });
  await page.locator("main form button").first().click();
  check((await page.locator("main").innerText()).includes("入力した内容は残っています"), "an expired session keeps the form");
  await look(page, "login-kept-ja");
  await page.fill("#login", "soumu");
  await page.fill("#password", "あかい橋の上のみずうみ");
  await press(page, "ログインする");
  await look(page, "resume-ja");
  await press(page, "入力した内容を送る");
  await go(page, "/facts/governance.rules_written");
  check((await page.inputValue("#owner")) === "期限切れの中で書いた人", "after signing in again nothing was lost");
};

const english = async (page) => {
  await go(page, "/");
  await press(page, "English");
  check((await h1(page)) === "Where you stand", "the language changes and stays on the page");
  await answer(page, "backup.remote", "done");
  check((await h1(page)) === "Saved", "saving works in English");
  await look(page, "change-en");
  await go(page, "/facts/password.min_length");
  await page.fill("#value", "long");
  await page.locator("main form button").first().click();
  await look(page, "fact-error-en");
  await everywhere(page, "en");
};

const withoutScript = async () => {
  const context = await browser.newContext({ javaScriptEnabled: false, locale: "ja-JP" });
  const page = await context.newPage();
  await go(page, "/login");
  await page.fill("#login", "soumu");
  await page.fill("#password", "あかい橋の上のみずうみ");
  await press(page, "ログインする");
  await answer(page, "backup.restore_procedure", "done");
  check((await h1(page)) === "保存しました", "everything works without JavaScript");
  await context.close();
};

try {
  const context = await browser.newContext({ locale: "ja-JP" });
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (m) => { if (/Content Security Policy/i.test(m.text())) complaints.push(m.text()); });
  await firstRun(page);
  const tools = { page, go, h1, press, look, check };
  const fresh = async () => (await browser.newContext({ locale: "ja-JP" })).newPage();
  if (only === "chain") {
    await chain({ ...tools, base, fresh, mail, wait });
    throw Object.assign(new Error("only the chain was asked for"), { wanted: true });
  }
  if (only === "sheets") {
    await sheets({ ...tools, out, join });
    await intake({ ...tools, fresh, wait, join, binary });
    throw Object.assign(new Error("only the sheets were asked for"), { wanted: true });
  }
  if (only === "products") {
    await products({ ...tools, fresh, join, binary, data });
    throw Object.assign(new Error("only the products were asked for"), { wanted: true });
  }
  await factsAndResults(page);
  await changeOne(page);
  await files(page);
  await twoTabsAndExpiry(page, context);
  await year(tools);
  await own(tools);
  const president = await stars({ ...tools, fresh, out, join });
  const ishigaki = (words) => execFileSync(binary, [...words, "--data", data], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  await confirmed({ ...tools, base, fresh, out, join, ishigaki, president, data });
  await chain({ ...tools, base, fresh, mail, wait });
  await official(tools);
  await learn(tools);
  await everywhere(page, "ja");
  await english(page);
  await withoutScript();
  const foreign = await (await browser.newContext({ locale: "en-GB" })).newPage();
  await go(foreign, "/login");
  await look(foreign, "login-empty-en");
  await foreign.fill("#login", "soumu");
  await foreign.fill("#password", "wrong wrong wrong");
  await press(foreign, "Sign in");
  await look(foreign, "login-error-en");
  await foreign.emulateMedia({ forcedColors: "active" });
  await foreign.screenshot({ path: join(out, "login-forced-colours.png") });
  // A supplier that has stated nothing yet, on an instance of its own.
  const folder = mkdtempSync(join(tmpdir(), "ishigaki-browser-"));
  const second = await serve(folder, []);
  [base, code] = [second.base, second.code];
  const supplier = await (await browser.newContext({ locale: "ja-JP" })).newPage();
  await firstRun(supplier);
  await products({ ...tools, page: supplier, fresh, join, binary, data: folder });
  await sheets({ ...tools, out, join, page: supplier });
  await intake({ ...tools, page: supplier, fresh, wait, join, binary });
  second.server.kill();
  rmSync(folder, { recursive: true, force: true });
  check(complaints.length === 0, `content policy: ${complaints.join("\n")}`);
} catch (error) {
  check(Boolean(error.wanted), `the script stopped: ${error.stack}`);
} finally {
  await browser.close();
  server.kill();
  mail.close();
  rmSync(data, { recursive: true, force: true });
}
writeFileSync(join(out, "failures.txt"), failures.join("\n\n"));
console.log(`${passed} passed, ${failures.length} failed`);
process.exit(failures.length === 0 ? 0 : 1);
