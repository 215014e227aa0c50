//! `products::provider` — a maker's statements published as a CSAF trusted provider: documents with checksums and `OpenPGP`
//! signatures, lists for people and programs, each label of the Traffic Light Protocol under a path of its own.

pub(crate) mod feed;
pub(crate) mod file_show;
pub(crate) mod openpgp;
pub(crate) mod publish;
pub(crate) mod store;
