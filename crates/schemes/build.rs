//! Lists the data files of `schemes/` and `facts/` so that the binary carries them.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut out = String::from("&[\n");
    for folder in ["crosswalks", "facts", "practices", "schemes"] {
        let mut files = Vec::new();
        collect(&root.join(folder), &mut files)?;
        files.sort();
        println!("cargo:rerun-if-changed={}", root.join(folder).display());
        for file in files {
            let name = file.strip_prefix(&root).map_err(io::Error::other)?;
            println!("cargo:rerun-if-changed={}", file.display());
            let (name, file) = (name.display().to_string(), fs::canonicalize(&file)?.display().to_string());
            writeln!(out, "({name:?}, include_str!({file:?})),").map_err(io::Error::other)?;
        }
    }
    out.push(']');
    let to = PathBuf::from(env::var("OUT_DIR").map_err(io::Error::other)?).join("shipped.rs");
    fs::write(to, out)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    println!("cargo:rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|e| e == "toml") {
            files.push(path);
        }
    }
    Ok(())
}
