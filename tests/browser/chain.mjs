// A buyer and a supplier in two browsers: a list taken in, what stops, a request by real mail, an answer
// without an account, a further question, feedback, and a word against it. Used by run.mjs.
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";

const LIST = fileURLToPath(new URL("../../fixtures/suppliers/list-shift-jis.csv", import.meta.url));

// A mail server that takes everything and keeps it.
export const sink = async () => {
  const letters = [];
  const server = createServer((socket) => {
    let text = "", data = null, to = "";
    socket.on("error", () => {});
    socket.write("220 sink\r\n");
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
      for (let end = text.indexOf("\r\n"); end >= 0; end = text.indexOf("\r\n")) {
        const line = text.slice(0, end);
        text = text.slice(end + 2);
        if (data !== null) {
          if (line !== ".") { data.push(line.replace(/^\./, "")); continue; }
          letters.push({ to, text: decode(data) });
          data = null;
          socket.write("250 taken\r\n");
        } else if (/^RCPT/i.test(line)) { to = line.match(/<(.*)>/)[1]; socket.write("250 ok\r\n"); }
        else if (/^DATA/i.test(line)) { data = []; socket.write("354 go\r\n"); }
        else if (/^EHLO/i.test(line)) socket.write("250-sink\r\n250 8BITMIME\r\n");
        else if (/^QUIT/i.test(line)) { socket.end("221 bye\r\n"); }
        else socket.write("250 ok\r\n");
      }
    });
  });
  await new Promise((ready) => { server.listen(0, "127.0.0.1", ready); });
  return { url: `smtp://127.0.0.1:${server.address().port}`, letters, close: () => server.close() };
};

const decode = (lines) => {
  const gap = lines.indexOf("");
  const [head, body] = [lines.slice(0, gap).join("\n"), lines.slice(gap + 1)];
  if (/transfer-encoding: base64/i.test(head)) return Buffer.from(body.join(""), "base64").toString("utf8");
  if (!/quoted-printable/i.test(head)) return Buffer.from(body.join("\n"), "latin1").toString("utf8");
  const plain = body.join("\n").replace(/=\n/g, "").replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(plain, "latin1").toString("utf8");
};

export const chain = async ({ page, go, h1, press, look, check, fresh, mail, wait }) => {
  const main = (p) => p.locator("main").innerText();
  const arrived = async (test, what) => { await wait(() => mail.letters.some(test), what); return mail.letters.findLast(test); };

  // The list as it is, looked at before it is taken in.
  await go(page, "/suppliers");
  await look(page, "suppliers-empty-ja");
  await page.getByRole("link", { name: "一覧を取り込む" }).click();
  await look(page, "lists-empty-ja");
  await press(page, "中身を確かめる");
  check((await main(page)).includes("ファイルを選んでください"), "a list needs a file");
  await page.setInputFiles("#file", LIST);
  await press(page, "中身を確かめる");
  const before = await main(page);
  for (const words of ["4 社が書かれています", "検査用数字が合いません", "7000012050002", "東海電子部品工業所"]) check(before.includes(words), `the dry run says ${words}: ${before}`);
  await look(page, "list-draft-ja");
  await press(page, "このまま取り込む");
  check((await main(page)).includes("石垣精工株式会社"), "the list is there");
  await look(page, "suppliers-ja");
  await page.getByRole("link", { name: "3つの質問にこの一覧で答える" }).click();
  await page.getByLabel("東海電子部品工業 社内に入れる").selectOption("yes");
  await look(page, "suppliers-questions-ja");
  await press(page, "保存する");
  await go(page, "/suppliers/rules");
  await look(page, "supplier-rules-ja");

  // One supplier: what is known, what it supplies, what stops.
  await go(page, "/suppliers");
  await page.getByRole("link", { name: "石垣精工株式会社" }).click();
  await page.fill("#person-1", "石垣 花子");
  await page.fill("#mail-1", "hanako＠example.jp");
  await page.locator('input[name="security_person"][value="no"]').check();
  await page.locator("form", { has: page.locator("#person-1") }).getByRole("button", { name: "保存する" }).click();
  check((await page.inputValue("#mail-1")) === "hanako@example.jp", "a full-width address is understood");
  await look(page, "supplier-ja");
  await page.getByRole("link", { name: "取引のつながり" }).click();
  await page.fill("#item", "M4ねじ");
  await page.selectOption("#substitute", "none");
  await page.fill("#stock_days", "１０");
  await press(page, "足す");
  await look(page, "links-ja");
  await page.getByRole("link", { name: "止まったら何が止まるか" }).click();
  check((await main(page)).includes("10 日後"), `we stop after ten days: ${await main(page)}`);
  await look(page, "impact-ja");
  await go(page, "/suppliers/chain");
  await look(page, "chain-ja");
  await go(page, "/suppliers/weak");
  check((await main(page)).includes("M4ねじ"), "the screw is a single point");
  await look(page, "weak-ja");

  // The request: a letter that forces is held, a fair one goes out.
  await go(page, "/suppliers/waves");
  await press(page, "新しい依頼の下書きを作る");
  await page.fill("#contact", "購買部 石垣 03-0000-0000");
  await page.fill("#more", "当社指定の製品を購入してください。");
  await press(page, "下書きを保存する");
  check((await main(page)).includes("特定の製品・サービスの強制"), "the guard sees a forced product");
  await look(page, "wave-guard-ja");
  await page.fill("#more", "");
  await page.getByLabel("C", { exact: true }).check();
  await press(page, "下書きを保存する");
  check((await main(page)).includes("1 社に依頼します"), `one supplier is in class C: ${await main(page)}`);
  await look(page, "wave-draft-ja");
  await press(page, "1 社に依頼を出す");
  const letter = await arrived((l) => l.to === "hanako@example.jp", "the letter");
  check(letter.text.includes("お取引をやめることはありません") && letter.text.includes("添付ファイルはありません"), letter.text);

  // The supplier types the number in by hand, then follows the link.
  const supplier = await fresh();
  await go(supplier, "/reply");
  await look(supplier, "reply-by-hand-ja");
  await supplier.fill("#number", letter.text.match(/依頼番号 (R-\S+)/)[1]);
  await supplier.fill("#check", letter.text.match(/確認コード (\d{6})/)[1]);
  await press(supplier, "確かめる");
  check((await main(supplier)).includes("石垣精工 からの依頼です"), "the number shows who asks");
  const link = letter.text.match(/\/reply\/[0-9a-f]{64}/)[0];
  await go(supplier, link);
  await look(supplier, "reply-met-ja");
  await press(supplier, "コードを送る");
  const coded = await arrived((l) => l.text.includes("確認コード： "), "the code");
  await supplier.fill("#code", "000000");
  await press(supplier, "回答に進む");
  await look(supplier, "reply-code-error-ja");
  await supplier.fill("#code", coded.text.match(/確認コード： (\d{6})/)[1]);
  await press(supplier, "回答に進む");
  await look(supplier, "reply-form-ja");
  check((await main(supplier)).includes("7 問のうち"), `class C answers seven: ${(await main(supplier)).slice(0, 600)}`);
  await press(supplier, "この内容で提出する");
  check((await main(supplier)).includes("に答えてください"), "an unfinished reply is not sent");
  await look(supplier, "reply-form-error-ja");
  for (const group of await supplier.locator("main fieldset:has(input[name^='a-'])").all()) await group.locator('input[value="none"]').check();
  for (const area of await supplier.locator("main textarea[name^='t-']").all()) await area.fill("来年の春までに始めます");
  await supplier.fill("#person", "石垣 花子");
  await press(supplier, "途中で保存する");
  await go(supplier, "/reply/form");
  check((await supplier.inputValue("main textarea[name^='t-'] >> nth=0")) === "来年の春までに始めます", "a draft survives");
  await supplier.fill("#person", "石垣 花子");
  await press(supplier, "この内容で提出する");
  check((await main(supplier)).includes("に提出しました"), "it is sent");
  await look(supplier, "reply-sent-ja");

  // The buyer reads, asks further, gives feedback; the supplier contests.
  await go(page, "/suppliers/waves");
  await page.locator("main .tasks a").first().click();
  check((await main(page)).includes("回答 100%"), "the board counts it");
  await look(page, "board-ja");
  const board = page.url();
  await page.getByRole("link", { name: "弱いところの地図" }).click();
  await look(page, "heat-ja");
  await page.goto(`${board.replace("/board", "/heat")}?patterns=yes`);
  await page.goto(board);
  await page.getByRole("link", { name: "石垣精工株式会社" }).click();
  await look(page, "request-ja");
  const request = page.url();
  await page.locator("summary", { hasText: "くわしく聞く" }).first().click();
  await page.locator('textarea[id^="f-"]').first().fill("どの設備をお使いですか");
  await page.getByRole("button", { name: /^質問を送る/ }).first().click();
  await go(supplier, "/reply/form");
  check((await main(supplier)).includes("どの設備をお使いですか"), "the further question is there");
  await supplier.locator('textarea[id^="f-"]').first().fill("旋盤が3台です");
  await press(supplier, "答えを送る");
  await page.goto(request);
  check((await main(page)).includes("旋盤が3台です"), "and its answer");
  await page.fill("#good", "期限までに正直にお答えいただきました");
  await press(page, "講評を送る");
  await go(supplier, "/reply/form");
  check((await main(supplier)).includes("期限までに正直に"), "the feedback is there");
  await look(supplier, "reply-feedback-ja");
  await supplier.locator("summary", { hasText: "この講評は違うと思う" }).click();
  await supplier.fill("#contest-body", "控えは毎日取っています");
  await press(supplier, "異議を送る");
  await page.goto(request);
  check((await main(page)).includes("控えは毎日取っています"), "the buyer sees what is contested");
  await look(page, "request-contested-ja");
  await page.fill("#settle", "確かめました。直します");
  await press(page, "答えを送る");
  await go(supplier, "/reply/form");
  check((await main(supplier)).includes("異議に回答済み"), "and answers it");
  await look(supplier, "reply-settled-ja");
  await go(page, "/asked");
  await look(page, "asked-ja");

  // Help for the chain, and what the supplier tells of its own suppliers.
  await go(supplier, "/reply/help");
  await supplier.fill("#body", "古い旋盤のパソコンはどうすればよいですか");
  await press(supplier, "送る");
  await look(supplier, "reply-help-ja");
  await go(page, "/suppliers/help");
  await page.locator('textarea[name="answer"]').fill("社内の網から切り離します");
  await page.getByLabel("会社名を出さずに、取引先の全体に公開する").check();
  await page.getByRole("button", { name: "答える" }).click();
  await look(page, "help-ja");
  await go(supplier, "/reply/chain");
  await supplier.fill("#high", "２");
  await supplier.fill("#item-0", "線材");
  await supplier.fill("#name-0", "架空線材");
  await press(supplier, "伝える");
  await look(supplier, "reply-chain-error-ja");
  await supplier.fill("#item-0", "線材");
  await supplier.fill("#name-0", "架空線材");
  await supplier.check("#agreed");
  await press(supplier, "伝える");
  await look(supplier, "reply-chain-ja");
  await page.goto(request);
  await press(page, "名前のある会社を、供給のつながりに入れる");
  check((await main(page)).includes("架空線材"), "the next tier is in the chain");
  await go(page, "/suppliers/chain");
  check((await main(page)).includes("2 次 1 社"), `two tiers: ${await main(page)}`);
  await look(page, "chain-tiers-ja");

  // The departments, and the page for management.
  await go(page, "/suppliers/survey");
  await page.getByRole("link", { name: "購買部", exact: true }).click();
  await page.getByLabel("石垣精工株式会社 取引先の業務環境").selectOption("dedicated");
  await look(page, "survey-ja");
  await press(page, "保存する");
  await go(page, "/suppliers");
  await page.getByRole("link", { name: "石垣精工株式会社" }).click();
  await page.selectOption("#concern", "worries");
  await page.fill("#text", "控えがない");
  await press(page, "保存する");
  check((await main(page)).includes("責任者と方針を書いてください"), "what worries needs an owner");
  await page.selectOption("#concern", "worries");
  await page.fill("#text", "控えがない");
  await page.fill("#owner", "情報システム部");
  await page.fill("#policy", "一緒に控えを始める");
  await press(page, "保存する");
  await go(page, "/suppliers/report");
  await page.getByLabel(/^判断の内容/).fill("承認。来月もう一度見る");
  await page.getByRole("button", { name: /^判断を記録する/ }).click();
  check((await h1(page)).includes("経営者へのご報告"), "a decision comes back to the report");
  await look(page, "report-ja");
};
