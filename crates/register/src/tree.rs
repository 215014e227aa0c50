//! `register::tree` — hashes of the append-only log (RFC 6962, as c2sp.org/tlog-tiles uses them):
//! which nodes a new leaf completes, the root, and proofs. Pure; nodes are read through a map.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

/// A SHA-256.
pub(crate) type Hash = [u8; 32];

/// Level and place of a node: the root of `2^level` leaves from `place * 2^level`.
pub(crate) type Node = (u32, u64);

/// The hash of a leaf's bytes.
#[must_use]
pub(crate) fn leaf_hash(bytes: &[u8]) -> Hash {
    let mut hash = Sha256::new();
    hash.update([0]);
    hash.update(bytes);
    hash.finalize().into()
}

/// The hash of two nodes.
#[must_use]
pub(crate) fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut hash = Sha256::new();
    hash.update([1]);
    hash.update(left);
    hash.update(right);
    hash.finalize().into()
}

/// The nodes whose hashes give the root of `size` leaves: one per set bit, largest first.
#[must_use]
pub(crate) fn peaks(size: u64) -> Vec<Node> {
    cover(0, size)
}

/// The complete nodes that cover leaves `from..to`, from left to right. `from` must be a multiple
/// of the largest power of two that fits.
fn cover(from: u64, to: u64) -> Vec<Node> {
    let (mut nodes, mut at) = (Vec::new(), from);
    while at < to {
        let fits = (to - at).ilog2();
        let level = if at == 0 { fits } else { fits.min(at.trailing_zeros()) };
        nodes.push((level, at >> level));
        at += 1 << level;
    }
    nodes
}

/// The left siblings needed when leaf `place` is added, lowest level first.
#[must_use]
pub(crate) fn siblings(place: u64) -> Vec<Node> {
    (0..place.trailing_ones()).map(|level| (level, (place >> level) - 1)).collect()
}

/// The nodes that leaf `place` completes, itself first; `left` holds the hashes of [`siblings`].
#[must_use]
pub(crate) fn completed(place: u64, leaf: Hash, left: &[Hash]) -> Vec<(Node, Hash)> {
    let mut nodes = vec![((0, place), leaf)];
    let (mut hash, mut level) = (leaf, 0);
    for sibling in left {
        hash = node_hash(sibling, &hash);
        level += 1;
        nodes.push(((level, place >> level), hash));
    }
    nodes
}

/// One hash over complete nodes from left to right.
fn fold(hashes: &[Hash]) -> Option<Hash> {
    let (last, rest) = hashes.split_last()?;
    Some(rest.iter().rev().fold(*last, |right, left| node_hash(left, &right)))
}

/// The root over the hashes of [`peaks`]; of no leaves, the hash of nothing.
#[must_use]
pub(crate) fn root(peaks: &[Hash]) -> Hash {
    fold(peaks).unwrap_or_else(|| Sha256::digest([]).into())
}

/// What a proof is made of: for each hash, the nodes that are folded into it.
pub(crate) type Proof = Vec<Vec<Node>>;

/// The proof that leaf `place` stands in a log of `size`.
#[must_use]
pub(crate) fn inclusion(place: u64, size: u64) -> Proof {
    let (mut from, mut to, mut proof) = (0, size, Vec::new());
    while to - from > 1 {
        let half = from + split(to - from);
        if place < half {
            proof.push(cover(half, to));
            to = half;
        } else {
            proof.push(cover(from, half));
            from = half;
        }
    }
    proof.reverse();
    proof
}

/// The proof that a log of `size` begins with the log of `old` leaves.
#[must_use]
pub(crate) fn consistency(old: u64, size: u64) -> Proof {
    let (mut from, mut to, mut proof) = (0, size, Vec::new());
    if old == 0 || old >= size {
        return proof;
    }
    // Walk down to the subtree that ends where the old log ended.
    while to > old {
        let half = from + split(to - from);
        if old <= half {
            proof.push(cover(half, to));
            to = half;
        } else {
            proof.push(cover(from, half));
            from = half;
        }
    }
    if from > 0 {
        proof.push(cover(from, to));
    }
    proof.reverse();
    proof
}

/// The largest power of two below `n`, for `n > 1`.
fn split(n: u64) -> u64 {
    1 << (n - 1).ilog2()
}

/// Every node a proof asks for.
pub(crate) fn nodes(proof: &Proof) -> impl Iterator<Item = Node> + '_ {
    proof.iter().flatten().copied()
}

/// The hashes of a proof, from the hashes of its nodes; none if one is missing.
#[must_use]
pub(crate) fn hashes(proof: &Proof, known: &BTreeMap<Node, Hash>) -> Option<Vec<Hash>> {
    let one = |nodes: &Vec<Node>| {
        let found: Option<Vec<Hash>> = nodes.iter().map(|n| known.get(n).copied()).collect();
        fold(&found?)
    };
    proof.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tlog_tiles::{Hash as Theirs, check_record, check_tree};

    /// A log of `size` leaves: all completed nodes.
    fn log(size: u64) -> BTreeMap<Node, Hash> {
        let mut known = BTreeMap::new();
        for place in 0..size {
            let left: Vec<Hash> = siblings(place).iter().map(|n| known[n]).collect();
            known.extend(completed(place, leaf_hash(format!("leaf {place}").as_bytes()), &left));
        }
        known
    }

    fn root_of(known: &BTreeMap<Node, Hash>, size: u64) -> Hash {
        root(&peaks(size).iter().map(|n| known[n]).collect::<Vec<_>>())
    }

    #[test]
    fn a_second_verifier_accepts_every_inclusion_and_consistency_proof() {
        let known = log(70);
        for size in 1..=70_u64 {
            let theirs = Theirs(root_of(&known, size));
            for place in 0..size {
                let proof = hashes(&inclusion(place, size), &known).unwrap();
                let leaf = leaf_hash(format!("leaf {place}").as_bytes());
                let proof: Vec<Theirs> = proof.into_iter().map(Theirs).collect();
                check_record(&proof, size, theirs, place, Theirs(leaf)).unwrap();
            }
            for old in 1..=size {
                let proof: Vec<Theirs> = hashes(&consistency(old, size), &known).unwrap().into_iter().map(Theirs).collect();
                check_tree(&proof, size, theirs, old, Theirs(root_of(&known, old))).unwrap();
            }
        }
    }

    #[test]
    fn the_second_verifier_refuses_a_proof_for_another_leaf_or_place() {
        let known = log(13);
        let root = Theirs(root_of(&known, 13));
        let proof: Vec<Theirs> = hashes(&inclusion(5, 13), &known).unwrap().into_iter().map(Theirs).collect();
        let leaf = |n: u64| Theirs(leaf_hash(format!("leaf {n}").as_bytes()));
        check_record(&proof, 13, root, 5, leaf(5)).unwrap();
        check_record(&proof, 13, root, 5, leaf(6)).unwrap_err();
        check_record(&proof, 13, root, 4, leaf(5)).unwrap_err();
        check_record(&proof[1..].to_vec(), 13, root, 5, leaf(5)).unwrap_err();
    }

    #[test]
    fn an_empty_log_has_the_root_of_nothing() {
        assert_eq!(kernel::hex(&root(&[])), kernel::sha256_hex(b""));
    }
}
