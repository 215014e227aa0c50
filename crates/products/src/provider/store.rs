//! `products::provider::store` — the SQL texts of publications and their keys. One text, two engines.

use sqlx::FromRow;

/// What may be seen: everything of one's own, what is for everybody or everybody here, and what is for customers of the
/// product by those who took a grant of it. Parameters: maker, label, who looks, today.
macro_rules! seen {
    () => {
        " FROM products_publication p WHERE p.organisation_id = $1 AND p.tlp = $2 AND p.ended_at = ''
            AND (p.tlp <> 'AMBER' OR p.organisation_id = $3 OR EXISTS (SELECT 1 FROM products_grant g WHERE g.organisation_id = p.organisation_id
                AND g.product_id = p.product_id AND g.taker_id = $3 AND g.ended_at = '' AND g.ends_on >= $4))"
    };
}

store::sql! {
    PUBLICATION_SET = "INSERT INTO products_publication (organisation_id, release_id, product_id, file_name, year, tlp, title, revisions, said, body,
            signature, changed_at, published_by, ended_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, '')
        ON CONFLICT (organisation_id, release_id) DO UPDATE SET tlp = excluded.tlp, title = excluded.title, revisions = excluded.revisions,
        said = excluded.said, body = excluded.body, signature = excluded.signature, changed_at = excluded.changed_at,
        published_by = excluded.published_by, ended_at = ''";
    PUBLICATION_FIND = "SELECT file_name, year, tlp, title, revisions, said, changed_at, ended_at FROM products_publication
        WHERE organisation_id = $1 AND release_id = $2";
    PUBLICATION_END = "UPDATE products_publication SET ended_at = $3 WHERE organisation_id = $1 AND release_id = $2 AND ended_at = ''";
    PUBLICATION_DROP = "DELETE FROM products_publication WHERE organisation_id = $1 AND release_id = $2";
    PUBLICATION_SEEN = concat!("SELECT p.file_name, p.year, p.tlp, p.title, p.revisions, p.said, p.changed_at, p.ended_at", seen!(),
        " ORDER BY p.changed_at DESC, p.file_name");
    PUBLICATION_BODY = concat!("SELECT p.body, p.signature", seen!(), " AND p.year = $5 AND p.file_name = $6");
    // Makers that published anything, with the newest of it.
    PUBLISHERS = "SELECT p.organisation_id, o.name, MAX(p.changed_at) AS changed_at FROM products_publication p
        JOIN people_organisation o ON o.organisation_id = p.organisation_id
        WHERE p.ended_at = '' AND ($1 = '' OR p.organisation_id = $1) GROUP BY p.organisation_id, o.name ORDER BY p.organisation_id";
    OPENPGP_ADD = "INSERT INTO products_openpgp (organisation_id, fingerprint, public_key, secret_key, made_at) VALUES ($1, $2, $3, $4, $5)";
    OPENPGP_SECRET = "SELECT secret_key FROM products_openpgp WHERE organisation_id = $1 ORDER BY made_at DESC, fingerprint LIMIT 1";
    OPENPGP_PUBLIC = "SELECT fingerprint, public_key FROM products_openpgp WHERE organisation_id = $1 ORDER BY made_at DESC, fingerprint";
}

/// A published document, without its text.
#[derive(Debug, Clone, Default, FromRow)]
pub(crate) struct PublicationRow {
    pub(crate) file_name: String,
    /// Of its first revision.
    pub(crate) year: String,
    /// `WHITE`, `GREEN` or `AMBER`.
    pub(crate) tlp: String,
    pub(crate) title: String,
    /// When each revision was made, as JSON.
    pub(crate) revisions: String,
    /// Digest of what is said in it.
    pub(crate) said: String,
    pub(crate) changed_at: String,
    /// When it was taken down; empty while it is out.
    pub(crate) ended_at: String,
}

impl PublicationRow {
    /// A publication for examples.
    pub(crate) fn sample() -> Self {
        Self {
            file_name: "vex-1.json".into(),
            year: "2026".into(),
            tlp: "WHITE".into(),
            title: "計測器 K-100 1.0".into(),
            revisions: "[\"a\",\"b\"]".into(),
            changed_at: "2026-11-21T00:00:00.000000Z".into(),
            ..Self::default()
        }
    }

    /// Which revision is out.
    pub(crate) fn revision(&self) -> usize {
        serde_json::from_str::<Vec<String>>(&self.revisions).map_or(1, |all| all.len())
    }
}

/// A maker that published something.
#[derive(Debug, Clone, Default, FromRow)]
pub(crate) struct PublisherRow {
    pub(crate) organisation_id: String,
    pub(crate) name: String,
    pub(crate) changed_at: String,
}
