// A product team puts two releases in; an advisory arrives between them; it is decided and told; a customer in another
// browser sees it on its own machine, acknowledges it, and the next release closes it there too. Used by run.mjs on an
// instance with an administrator signed in.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import validate from "@secvisogram/csaf-validator-lib/validate.js";
import * as mandatory from "@secvisogram/csaf-validator-lib/mandatoryTests.js";
import * as schema from "@secvisogram/csaf-validator-lib/schemaTests.js";

const list = (version, parts) => Buffer.from(JSON.stringify({
  bomFormat: "CycloneDX", specVersion: "1.6", version: 1,
  metadata: { component: { type: "application", name: "K-100", version } },
  components: parts.map(([name, v]) => ({ type: "library", name, version: v, purl: `pkg:cargo/${name}@${v}` })),
}));

// A company of its own on the same instance, with somebody signed in in another browser.
const customer = async ({ go, press, fresh, binary, data }) => {
  const added = JSON.parse(execFileSync(binary, ["organisation", "add", "架空機械", "--login", "kakuu", "--person", "保全 太郎", "--json", "--data", data], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
  const page = await fresh();
  await go(page, "/login");
  await page.fill("#login", "kakuu");
  await page.fill("#password", added.password);
  await press(page, "ログインする");
  return page;
};

// The schema and the mandatory tests of CSAF 2.0, by a library of others.
const judge = async (check, document) => {
  const judged = await validate([schema.csaf_2_0, ...Object.values(mandatory)], document);
  const wrong = judged.tests.filter((t) => !t.isValid).map((t) => `${t.name}: ${JSON.stringify(t.errors)}`);
  check(judged.isValid && judged.tests.length > 35, `CSAF is valid by ${judged.tests.length} tests: ${wrong.join("\n")}`);
};

export const products = async ({ page, go, press, look, check, fresh, join, binary, data }) => {
  const main = () => page.locator("main").innerText();
  const folder = mkdtempSync(join(tmpdir(), "ishigaki-products-"));
  const put = async (version, parts) => {
    await page.setInputFiles("#file", { name: `k100-${version}.cdx.json`, mimeType: "application/json", buffer: list(version, parts) });
    await press(page, "読み取る");
  };
  await go(page, "/products");
  await look(page, "products-empty-ja");
  await press(page, "加える");
  check((await main()).includes("製品の名前を200文字までで入れてください"), "a product without a name is refused in words");
  await page.fill("#name", "計測器 K-100");
  await press(page, "加える");
  const product = page.url();
  await page.setInputFiles("#file", { name: "a.json", mimeType: "application/json", buffer: Buffer.from("{\"bomFormat\":\"CycloneDX\"") });
  await press(page, "読み取る");
  check((await main()).includes("ファイルが壊れているか"), "a broken file is refused in words");
  await put("1.0", [["atty", "0.2.14"], ["serde", "1.0.0"]]);
  check((await main()).includes("調べていません"), "without advisories nothing is called fine");
  const first = page.url();

  // A customer is let in, and says where it uses the product.
  await page.goto(product);
  await page.getByRole("link", { name: "お客さまに見せる" }).click();
  await press(page, "合言葉を作る");
  check((await main()).includes("お客さまの名前を200文字までで入れてください"), "a grant for nobody is refused in words");
  await page.fill("#customer_name", "架空機械（保全）");
  await press(page, "合言葉を作る");
  const code = await page.locator("main code").innerText();
  check(/^([2-9A-Z]{4}-){4}[2-9A-Z]{4}$/.test(code), "the code is shown once");
  await look(page, "grants-ja");
  const user = await customer({ go, press, fresh, binary, data });
  const theirs = () => user.locator("main").innerText();
  await go(user, "/products");
  await user.getByRole("link", { name: "使っている製品" }).click();
  await look(user, "uses-empty-ja");
  await user.fill("#code", "AAAA-AAAA-AAAA-AAAA-AAAA");
  await user.fill("#asset", "第2工場の検査機");
  await press(user, "加える");
  check((await theirs()).includes("この合言葉は使えません"), "a wrong code is refused in words");
  await user.fill("#code", code.toLowerCase().replaceAll("-", " "));
  await press(user, "加える");
  const used = user.url();
  check((await theirs()).includes("いま知らされている脆弱性はありません"), "nothing is told yet");
  await user.selectOption("#exposure", "small");
  await user.selectOption("#mission", "high");
  await press(user, "保存する");
  check((await user.inputValue("#mission")) === "high", "how it is used is kept");

  // An advisory arrives, with the list of exploited vulnerabilities.
  mkdirSync(join(folder, "in"));
  writeFileSync(join(folder, "in", "T-1.json"), JSON.stringify({
    id: "T-2099-0001", aliases: ["CVE-2099-0001"], summary: "An example of a vulnerability", affected: [{
      package: { ecosystem: "crates.io", name: "atty" }, ranges: [{ type: "SEMVER", events: [{ introduced: "0" }, { fixed: "0.3.0" }] }],
    }],
  }));
  writeFileSync(join(folder, "in", "kev.json"), JSON.stringify({ vulnerabilities: [{ cveID: "CVE-2099-0001", dateAdded: "2026-11-20" }] }));
  const taken = spawnSync(binary, ["product", "advisories", join(folder, "in"), "--data", data], { encoding: "utf8" });
  check(taken.status === 1 && taken.stdout.includes("1 new"), `the advisory is taken in: ${taken.stdout}${taken.stderr}`);
  await page.goto(first);
  check((await main()).includes("脆弱性が1件あります") && (await main()).includes("悪用が確認されています"), "the release shows it at once");
  await look(page, "release-finding-ja");
  await user.reload();
  check((await theirs()).includes("調べている") && (await theirs()).includes("まだ確認していません"), "the customer sees it at once on its own machine");

  await page.getByRole("link", { name: "決める", exact: true }).click();
  check((await page.locator("#a-exploitation option:checked").innerText()) === "悪用されている", "what is known is filled in");
  await press(page, "決めて保存する");
  check((await main()).includes("この製品ではどうかを選んでください"), "an empty decision is refused in words");
  await look(page, "decision-error-ja");
  await page.getByRole("radio", { name: "影響がある", exact: true }).check();
  await page.fill("#action", "版 1.1 に上げてください。それまでは外部の網から切り離してください。");
  await press(page, "決めて保存する");
  check((await main()).includes("まで") && (await main()).includes("影響がある"), "the decision stands beside the finding with its day");
  await page.getByRole("link", { name: "決める", exact: true }).click();
  check((await main()).includes("これまでに決めたこと"), "who decided what and when is kept");
  await look(page, "decision-ja");
  await go(page, "/products");
  await page.getByRole("link", { name: "関係する脆弱性" }).click();
  check((await main()).includes("1件") && (await main()).includes("計測器 K-100 1.0"), "everything that is open is in one list");
  await page.selectOption("#decided", "undecided");
  await press(page, "表示する");
  check((await main()).includes("0件"), "the list is filtered");
  await page.selectOption("#decided", "");
  await press(page, "表示する");
  await look(page, "open-ja");
  await page.goto(first);
  for (const name of ["CSAF", "OpenVEX", "CycloneDX"]) {
    const [got] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name, exact: true }).click()]);
    const to = join(folder, got.suggestedFilename());
    await got.saveAs(to);
    check(readFileSync(to, "utf8").includes("版 1.1 に上げてください"), `${name} tells users what to do`);
    if (name === "CSAF") await judge(check, JSON.parse(readFileSync(to, "utf8")));
  }

  // It is published for everybody, and found and read from the domain alone by somebody who is not signed in.
  await press(page, "公開する");
  check((await main()).includes("第1版を") && (await main()).includes("誰でも（TLP:WHITE）"), "what is out is said on the release's page");
  await look(page, "publication-ja");
  const guest = await fresh();
  const fetched = async (address) => (await guest.request.get(address)).json();
  const metadata = await fetched(new URL("/.well-known/csaf/provider-metadata.json", page.url()).href);
  const feeds = metadata.distributions[0].rolie.feeds;
  const feed = await fetched(feeds.find((f) => f.tlp_label === "WHITE").url);
  await judge(check, await fetched(feed.feed.entry[0].content.src));
  await guest.goto(metadata.distributions.find((d) => d.directory_url).directory_url.replace(/\/$/, ""));
  check((await guest.locator("main").innerText()).includes("計測器 K-100 1.0"), "people find it in a list");
  await look(guest, "publication-list-ja");

  // The customer reads what the maker says in the words of its own machine, and answers.
  await user.reload();
  check((await theirs()).includes("影響がある") && (await theirs()).includes("版 1.1 に上げてください"), "what the maker decided is told");
  await user.fill("#ask", "cve-2099-0001");
  await press(user, "調べる");
  check((await theirs()).includes("影響があります。"), "the question is answered");
  await look(user, "use-ja");
  await user.getByRole("link", { name: "CVE-2099-0001" }).click();
  check((await theirs()).includes("第2工場の検査機に関係するCVE-2099-0001"), "it speaks of the customer's own machine");
  check((await user.inputValue("#a-human_impact")) === "high" && (await user.inputValue("#a-exploitation")) === "active", "what is known is filled in");
  await look(user, "notice-ja");
  await user.fill("#plan", "次の休みに入れ替える");
  await press(user, "確認した");
  check((await theirs()).includes("確認した") && (await theirs()).includes("まで"), "it is acknowledged, with its day");
  await go(page, "/products/vulnerability?v=CVE-2099-0001");
  check((await main()).includes("お客さまの1か所に知らせました") && (await main()).includes("確認したのは1か所"), "the maker sees who was told and who answered");
  check((await main()).includes("架空機械（保全）") && !(await main()).includes("第2工場"), "in its own words, not the customer's");
  await look(page, "impact-ja");

  // What is agreed about the list is chosen and printed.
  await page.goto(product);
  await page.getByRole("link", { name: "契約の附属書" }).click();
  await page.locator("[id='c-notice']").selectOption("fast");
  await page.locator("[id='c-information']").selectOption("redacted");
  await press(page, "保存する");
  check((await main()).includes("9のうち2を決めました"), "what was settled is counted");
  await look(page, "annex-ja");
  await page.fill("#buyer", "架空機械");
  await press(page, "印刷用のページを開く");
  check((await main()).includes("架空機械に知らせる"), "the annex names the buyer");
  await look(page, "annex-print-ja");
  await page.goto(product);
  await page.getByRole("link", { name: "SBOMの手引の23項目" }).click();
  await look(page, "items-ja");

  await page.goto(product);
  await put("1.1", [["atty", "0.3.0"], ["serde", "1.0.0"]]);
  check((await main()).includes("いま知られている脆弱性はありません"), "the next release closes it");
  check((await main()).includes("前の版からの違い") && (await main()).includes("版が変わった"), "what changed is shown");
  await page.getByText("2026年版").click();
  check((await main()).includes("部品を作った人・会社"), "the minimum elements are listed");
  await look(page, "release-fixed-ja");
  await page.goto(product);
  await look(page, "product-ja");
  await user.goto(used);
  check((await theirs()).includes("版 1.1 で直っています"), "the customer is told what mends it");
  await user.selectOption("#release_id", { index: 0 });
  await press(user, "保存する");
  check((await theirs()).includes("直った版に替えた") && (await theirs()).includes("いま知らされている脆弱性はありません"), "the mended release closes it");
  await look(user, "use-mended-ja");
  await go(page, "/products/vulnerability?v=CVE-2099-0001");
  check((await main()).includes("終わったのは1か所"), "and the maker sees that it is done");
  await user.context().close();
  rmSync(folder, { recursive: true, force: true });
};
