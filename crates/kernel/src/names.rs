//! `kernel::names` — how names are compared: width, case, kana, small kana, old characters and
//! the legal form do not count. And the pairs of characters the search index is made of.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// Legal forms, in folded writing; they do not count wherever they stand.
const FORMS: &[&str] = &[
    "株式会社",
    "有限会社",
    "合同会社",
    "合資会社",
    "合名会社",
    "相互会社",
    "特定非営利活動法人",
    "社会福祉法人",
    "一般社団法人",
    "公益社団法人",
    "一般財団法人",
    "公益財団法人",
    "社団法人",
    "財団法人",
    "医療法人社団",
    "医療法人財団",
    "医療法人",
    "学校法人",
    "宗教法人",
    "独立行政法人",
    "国立大学法人",
    "税理士法人",
    "監査法人",
    "弁護士法人",
    "(株)",
    "(有)",
    "(同)",
    "(資)",
    "(名)",
    "(社)",
    "(財)",
    "(一社)",
    "(公社)",
    "(一財)",
    "(公財)",
    "(医)",
    "(学)",
    "(福)",
    "(特非)",
    "npo法人",
];

/// Signs that stand for a legal form.
const SIGNS: &[(char, &str)] = &[('㈱', "(株)"), ('㈲', "(有)"), ('㈳', "(社)"), ('㈶', "(財)"), ('㍿', "株式会社")];

/// Characters of names that are written in more than one way; the first of each group counts.
const VARIANTS: &[&str] = &[
    "斉斎齊齋",
    "高髙",
    "崎﨑碕嵜",
    "辺邊邉",
    "沢澤",
    "広廣",
    "国國",
    "学學",
    "会會",
    "恵惠",
    "竜龍",
    "浜濱",
    "滝瀧",
    "島嶋嶌",
    "徳德",
    "真眞",
    "桜櫻",
    "栄榮",
    "鉄鐵",
    "塩鹽",
    "渋澁",
    "豊豐",
    "宝寶",
    "円圓",
    "実實",
    "関關",
    "蔵藏",
    "当當",
    "万萬",
    "与與",
    "条條",
    "来來",
    "検檢",
    "気氣",
    "芸藝",
    "発發",
    "薬藥",
    "楽樂",
    "応應",
    "参參",
    "亜亞",
    "壱壹",
    "医醫",
    "塚塚",
    "黒黑",
    "緑綠",
    "横橫",
    "歩步",
    "瀬瀨",
    "頼賴",
    "槙槇",
    "吉𠮷",
    "土圡",
    "富冨",
    "桑桒",
    "隆隆",
    "福福",
    "神神",
    "祥祥",
    "都都",
    "ケヶヵ箇个",
];

/// Each other way of writing with the one that counts.
static OLD_FORMS: LazyLock<BTreeMap<char, char>> = LazyLock::new(|| {
    let first = |group: &&str| group.chars().next();
    VARIANTS.iter().flat_map(|group| group.chars().skip(1).filter_map(move |c| Some((c, first(group)?)))).collect()
});

/// Half-width katakana from ｦ on, in full width.
const HALF: &str = "ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン";
/// Kana that a voicing mark changes, with what they become.
const VOICED: &str = "カガキギクグケゲコゴサザシジスズセゼソゾタダチヂツヅテデトドハバヒビフブヘベホボウヴ";
/// Kana that a half-voicing mark changes, with what they become.
const HALF_VOICED: &str = "ハパヒピフプヘペホポ";
/// Small kana and the full ones they count as.
const SMALL: &str = "ァアィイゥウェエォオャヤュユョヨッツヮワ";

/// What a character becomes by a table of neighbours.
fn by_table(table: &str, c: char) -> Option<char> {
    let mut chars = table.chars();
    while let (Some(from), Some(to)) = (chars.next(), chars.next()) {
        if from == c {
            return Some(to);
        }
    }
    None
}

/// A full-width letter, digit or sign in half width; anything else as it is.
#[must_use]
pub fn narrow(c: char) -> char {
    match c {
        '！'..='～' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

/// One character, without width, case, kana kind and old form.
fn plain(c: char) -> char {
    let c = match narrow(c) {
        'ぁ'..='ゖ' => char::from_u32(u32::from(c) + 0x60).unwrap_or(c),
        'ｦ'..='ﾝ' => HALF.chars().nth(usize::try_from(u32::from(c) - 0xFF66).unwrap_or(0)).unwrap_or(c),
        '‐' | '‑' | '–' | '—' | '―' | '−' | '─' => 'ー',
        other => other,
    };
    let c = if ('ァ'..='ヶ').contains(&c) { by_table(SMALL, c).unwrap_or(c) } else { c };
    let c = OLD_FORMS.get(&c).copied().unwrap_or(c);
    if c.is_ascii() { c.to_ascii_lowercase() } else { c.to_lowercase().next().unwrap_or(c) }
}

/// Whether a character counts in a name.
fn counts(c: char) -> bool {
    !c.is_whitespace() && !c.is_control() && !"・･.,、。'’`\"“”-_/|「」『』【】".contains(c)
}

/// A name as it is compared.
#[must_use]
pub fn fold_name(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let table = match c {
            'ﾞ' | '゛' | '\u{3099}' => Some(VOICED),
            'ﾟ' | '゜' | '\u{309a}' => Some(HALF_VOICED),
            _ => None,
        };
        match (table, SIGNS.iter().find(|(sign, _)| *sign == c)) {
            (Some(table), _) => {
                if let Some(voiced) = out.chars().last().and_then(|last| by_table(table, last)) {
                    out.pop();
                    out.push(voiced);
                }
            }
            (None, Some((_, form))) => out.push_str(form),
            (None, None) if counts(c) => out.push(plain(c)),
            (None, None) => {}
        }
    }
    let bare = FORMS.iter().fold(out.clone(), |name, form| name.replace(form, ""));
    let bare = ["co.,ltd", "coltd", "inc", "kabushikikaisha"].iter().fold(bare, |n, end| match n.strip_suffix(end) {
        Some(short) if short.chars().count() > 1 => short.to_owned(),
        _ => n,
    });
    // A name that is nothing but a legal form is compared as it is.
    if bare.is_empty() { out } else { bare }
}

/// The pairs of neighbouring characters of a folded name, with whether the name begins so. A
/// name of one character counts as one.
#[must_use]
pub fn grams(folded: &str) -> BTreeSet<(String, bool)> {
    let chars: Vec<char> = folded.chars().collect();
    if chars.len() < 2 {
        return chars.first().map(|c| (c.to_string(), true)).into_iter().collect();
    }
    let mut found: BTreeSet<(String, bool)> = BTreeSet::new();
    for (place, pair) in chars.windows(2).enumerate() {
        let gram: String = pair.iter().collect();
        if place == 0 || !found.contains(&(gram.clone(), true)) {
            found.insert((gram, place == 0));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_count_in_a_name() {
        for (one, other) in [
            ("株式会社石垣精工", "石垣精工㈱"),
            ("石垣精工株式会社", "石垣　精工（株）"),
            ("ｲｼｶﾞｷ精工", "いしがき精工"),
            ("ﾊﾟﾅﾏ商会", "パナマ商會"),
            ("キャノン", "キヤノン"),
            ("髙﨑工業", "高崎工業"),
            ("齋藤製作所", "斉藤製作所"),
            ("関ヶ原製作所", "関ケ原製作所"),
            ("ＩＳＨＩＧＡＫＩ", "ishigaki"),
            ("Ishigaki Seiko Co., Ltd.", "ISHIGAKI SEIKO"),
            ("石垣・精工", "石垣精工"),
            ("テ−プ工業", "テープ工業"),
        ] {
            assert_eq!(fold_name(one), fold_name(other), "{one} {other}");
        }
        assert_ne!(fold_name("石垣精工"), fold_name("石垣製工"));
        assert_eq!(fold_name("株式会社"), "株式会社");
    }

    #[test]
    fn a_name_is_found_by_its_pairs() {
        let found = grams("石垣石垣");
        assert_eq!(found.into_iter().collect::<Vec<_>>(), [("垣石".into(), false), ("石垣".into(), true)]);
        assert_eq!(grams("A").into_iter().collect::<Vec<_>>(), [("A".into(), true)]);
        assert!(grams("").is_empty());
    }
}
