//! `evidence::file_type` — is a file what its name says, and may it be evidence? By its first
//! bytes and, for Office files, by the parts inside. Macros are refused. Nothing is executed
//! or rendered; files go out as downloads only.

/// Accepted types: ending, media type.
pub(crate) const TYPES: &[(&str, &str)] = &[
    ("pdf", "application/pdf"),
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("txt", "text/plain"),
    ("csv", "text/csv"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
];

/// The media type of a file, if name and content agree and the type is accepted.
pub(crate) fn media_type(name: &str, bytes: &[u8]) -> Option<&'static str> {
    let ending = name.rsplit_once('.')?.1.to_lowercase();
    let (ending, media) = TYPES.iter().find(|(e, _)| *e == ending)?;
    let has = |needle: &str| bytes.windows(needle.len()).any(|w| w == needle.as_bytes());
    let office = |part: &str| bytes.starts_with(b"PK\x03\x04") && has("[Content_Types].xml") && has(part) && !has("vbaProject.bin");
    let fits = match *ending {
        "pdf" => bytes.starts_with(b"%PDF-"),
        "png" => bytes.starts_with(b"\x89PNG\r\n\x1a\n"),
        "jpg" | "jpeg" => bytes.starts_with(b"\xff\xd8\xff"),
        "xlsx" => office("xl/workbook.xml"),
        "docx" => office("word/document.xml"),
        "pptx" => office("ppt/presentation.xml"),
        _ => is_text(bytes),
    };
    fits.then_some(*media)
}

/// Text in UTF-8 or `Shift_JIS`: no control bytes except line ends, tabs and escape.
fn is_text(bytes: &[u8]) -> bool {
    !bytes.starts_with(b"MZ") && !bytes.iter().any(|b| *b < 0x20 && !matches!(b, b'\r' | b'\n' | b'\t' | 0x1b))
}

#[cfg(test)]
mod tests {
    use super::media_type;

    #[test]
    fn a_program_named_as_a_picture_is_refused() {
        assert_eq!(media_type("photo.png", b"MZ\x90\x00\x03"), None);
        assert_eq!(media_type("photo.png", b"\x89PNG\r\n\x1a\n...."), Some("image/png"));
        assert_eq!(media_type("run.exe", b"MZ\x90\x00"), None);
        assert_eq!(media_type("notes.txt", b"MZ\x90"), None);
    }

    #[test]
    fn scripts_and_drawings_with_code_are_not_evidence() {
        for name in ["x.svg", "x.html", "x.xlsm", "x.zip", "x.js", "noending"] {
            assert_eq!(media_type(name, b"<svg/>"), None, "{name}");
        }
        let macros = b"PK\x03\x04 [Content_Types].xml xl/workbook.xml xl/vbaProject.bin";
        assert_eq!(media_type("a.xlsx", macros), None);
        assert!(media_type("a.xlsx", b"PK\x03\x04 [Content_Types].xml xl/workbook.xml").is_some());
    }

    #[test]
    fn japanese_text_in_both_encodings_is_text() {
        assert_eq!(media_type("a.csv", "事実,値\r\n".as_bytes()), Some("text/csv"));
        assert_eq!(media_type("a.txt", b"\x8e\x96\x8e\xc0"), Some("text/plain"));
    }
}
