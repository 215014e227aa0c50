// A product team puts two releases in; an advisory arrives between them; it is decided, told to users, and the next release
// closes it. Used by run.mjs on an instance with an administrator signed in.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";

const list = (version, parts) => Buffer.from(JSON.stringify({
  bomFormat: "CycloneDX", specVersion: "1.6", version: 1,
  metadata: { component: { type: "application", name: "K-100", version } },
  components: parts.map(([name, v]) => ({ type: "library", name, version: v, purl: `pkg:cargo/${name}@${v}` })),
}));

export const products = async ({ page, go, press, look, check, join, binary, data }) => {
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
  await page.goto(first);
  for (const name of ["CSAF", "OpenVEX", "CycloneDX"]) {
    const [got] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name, exact: true }).click()]);
    const to = join(folder, got.suggestedFilename());
    await got.saveAs(to);
    check(readFileSync(to, "utf8").includes("版 1.1 に上げてください"), `${name} tells users what to do`);
  }

  await page.goto(product);
  await put("1.1", [["atty", "0.3.0"], ["serde", "1.0.0"]]);
  check((await main()).includes("いま知られている脆弱性はありません"), "the next release closes it");
  check((await main()).includes("前の版からの違い") && (await main()).includes("版が変わった"), "what changed is shown");
  await page.getByText("2026年版").click();
  check((await main()).includes("部品を作った人・会社"), "the minimum elements are listed");
  await look(page, "release-fixed-ja");
  await page.goto(product);
  await look(page, "product-ja");
  rmSync(folder, { recursive: true, force: true });
};
