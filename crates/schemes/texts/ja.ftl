# Words about schemes.
scheme.list.title = 制度
scheme.list.lead = このシステムが知っている制度と版です。項目の番号は公式のもの、文は当システムが自分の言葉で書いたものです。
scheme.title = 制度と段階
scheme.version = 版
scheme.by = 決める人
scheme.by.self_declaration = 自己宣言
scheme.by.expert_confirmed = 専門家の確認つき自己評価
scheme.by.third_party = 第三者の評価
scheme.requirements = 要求事項
scheme.criteria = 評価基準
scheme.pending = 本文未公開
scheme.id = 番号
scheme.text = 内容と規則
scheme.source = 出典
scheme.sources = 出典の一覧
scheme.own_words = 公式の文章ではありません。正式には公式の資料を確かめてください。
