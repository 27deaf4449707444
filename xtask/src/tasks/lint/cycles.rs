//! Import cycles between the files of a crate.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use crate::command::root;
use crate::tools::files;

/// Path of a module in its crate; empty for the root.
type Module = Vec<String>;

/// Imports of each module from others of its crate.
type Imports = BTreeMap<Module, BTreeSet<Module>>;

/// Fails when files of a crate import each other, directly or through others.
pub fn check() -> Result<()> {
    let mut crates: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for file in files::list(&["*.rs"])? {
        if let Some((folder, path)) = file.split_once("/src/")
            && !folder.contains("/src")
        {
            let source = format!("{folder}/src");
            crates.entry(source).or_default().push(path.to_owned());
        }
    }

    for (source, paths) in crates {
        let imports = read_imports(&root().join(&source), &paths)?;
        if let Some(cycle) = find_cycle(&imports) {
            let names: Vec<_> = cycle.iter().map(|module| module.join("::")).collect();
            bail!(
                "files of {source} import each other, {}: move what both need into a third one",
                names.join(" -> ")
            );
        }
    }
    Ok(())
}

/// Reads the imports of all files of a crate.
fn read_imports(source: &Path, paths: &[String]) -> Result<Imports> {
    let modules: BTreeSet<Module> = paths.iter().map(|path| module_of(path)).collect();
    let mut imports = Imports::new();
    for path in paths {
        let text = fs::read_to_string(source.join(path))
            .with_context(|| format!("cannot read {}", source.join(path).display()))?;
        let module = module_of(path);
        let imported = imports_of(&text, &module, &modules);
        imports.entry(module).or_default().extend(imported);
    }
    Ok(imports)
}

/// Returns the module of a file: `a/mod.rs` and `a.rs` are `a`.
fn module_of(path: &str) -> Module {
    let names = path.trim_end_matches(".rs").split('/');
    let mut module: Module = names.map(str::to_owned).collect();
    if matches!(
        module.last().map(String::as_str),
        Some("mod" | "lib" | "main")
    ) {
        module.pop();
    }
    module
}

/// Returns the modules from which the text of a module imports, tests left out.
fn imports_of(text: &str, module: &Module, modules: &BTreeSet<Module>) -> BTreeSet<Module> {
    let text = text
        .split("#[cfg(test)]\nmod tests {")
        .next()
        .unwrap_or_default();
    let mut paths = Vec::new();
    for tree in declared_trees(text) {
        expand(&[], tree, &mut paths);
    }

    let found = paths
        .iter()
        .filter_map(|path| resolve(path, module, modules));
    found.filter(|found| found != module).collect()
}

/// Returns what the `use` declarations of a text import.
fn declared_trees(text: &str) -> impl Iterator<Item = &str> {
    let mut offset = 0;
    let lines = text.split_inclusive('\n').map(move |line| {
        let start = offset;
        offset += line.len();
        (start, line)
    });

    lines.filter_map(|(start, line)| {
        let (before, _) = line.split_once("use ")?;
        let visibility = before.trim();
        let is_declaration = visibility.is_empty() || visibility.starts_with("pub");
        let tree = text[start + before.len()..].strip_prefix("use ")?;
        tree.split(';').next().filter(|_| is_declaration)
    })
}

/// Adds the paths of a tree of imports below `prefix`.
fn expand(prefix: &[&str], tree: &str, paths: &mut Vec<Vec<String>>) {
    let (head, group) = match tree.split_once('{') {
        Some((head, group)) => (head, group.rsplit_once('}').map(|(group, _)| group)),
        None => (tree, None),
    };
    let names = head
        .split("::")
        .map(str::trim)
        .filter(|name| !name.is_empty());
    let path: Vec<&str> = prefix.iter().copied().chain(names).collect();

    let Some(group) = group else {
        let names = path
            .iter()
            .map(|name| name.split(" as ").next().unwrap_or(name));
        paths.push(names.map(str::to_owned).collect());
        return;
    };
    let mut depth = 0;
    let parts = group.split(|letter| {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        letter == ',' && depth == 0
    });
    for part in parts.filter(|part| !part.trim().is_empty()) {
        expand(&path, part, paths);
    }
}

/// Returns the module that a path leads into: the longest part of it that is one.
fn resolve(path: &[String], module: &Module, modules: &BTreeSet<Module>) -> Option<Module> {
    let supers = path.iter().take_while(|name| *name == "super").count();
    let absolute: Module = match path.first()?.as_str() {
        "crate" => path[1..].to_vec(),
        "self" => [module, &path[1..]].concat(),
        "super" => [
            &module[..module.len().checked_sub(supers)?],
            &path[supers..],
        ]
        .concat(),
        _ => [module, path].concat(),
    };
    let is_of_crate = matches!(path[0].as_str(), "crate" | "self" | "super")
        || modules.contains(&absolute[..=module.len()]);

    let mut ends = (1..=absolute.len()).rev().filter(|_| is_of_crate);
    ends.find(|&end| modules.contains(&absolute[..end]))
        .map(|end| absolute[..end].to_vec())
}

/// Returns the shortest cycle of the first module that is in one, with that module at both ends.
fn find_cycle(imports: &Imports) -> Option<Vec<Module>> {
    imports.keys().find_map(|start| {
        let mut paths = vec![vec![start.clone()]];
        let mut seen = BTreeSet::new();
        while !paths.is_empty() {
            let mut longer = Vec::new();
            for path in paths {
                for next in imports.get(path.last()?).into_iter().flatten() {
                    let path = [&path[..], std::slice::from_ref(next)].concat();
                    if next == start {
                        return Some(path);
                    }
                    if seen.insert(next.clone()) {
                        longer.push(path);
                    }
                }
            }
            paths = longer;
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module(path: &str) -> Module {
        path.split("::").map(str::to_owned).collect()
    }

    /// Reads the imports of files with these texts.
    fn read(files: &[(&str, &str)]) -> Imports {
        let modules: BTreeSet<Module> = files.iter().map(|(path, _)| module_of(path)).collect();
        let imports = files.iter().map(|(path, text)| {
            let module = module_of(path);
            let imported = imports_of(text, &module, &modules);
            (module, imported)
        });
        imports.collect()
    }

    #[test]
    fn imports_are_found_in_every_form() {
        let files = [
            (
                "a/mod.rs",
                "mod b;\npub use self::b::B;\nuse b::{self, C};\n",
            ),
            ("a/b.rs", "use std::io;\nuse super::super::d::D;\n"),
            (
                "c.rs",
                "pub(crate) use crate::{\n    a::b::{B, C as E},\n    d,\n};\n",
            ),
            (
                "d.rs",
                "// use crate::c::C;\n#[cfg(test)]\nmod tests {\n    use crate::c::C;\n}\n",
            ),
        ];
        let imports = read(&files);

        for (from, want) in [
            ("a", &["a::b"][..]),
            ("a::b", &["d"]),
            ("c", &["a::b", "d"]),
            ("d", &[]),
        ] {
            let want: BTreeSet<Module> = want.iter().map(|path| module(path)).collect();
            assert_eq!(imports[&module(from)], want, "{from}");
        }
        assert_eq!(find_cycle(&imports), None);
    }

    #[test]
    fn a_cycle_is_named_from_end_to_end() {
        let files = [
            ("a.rs", "use crate::b::B;\n"),
            ("b.rs", "use crate::c::C;\n"),
            ("c.rs", "use super::a::A;\n"),
            ("d.rs", "use crate::a::A;\n"),
        ];
        let cycle = find_cycle(&read(&files)).unwrap();
        assert_eq!(cycle, ["a", "b", "c", "a"].map(module));
    }
}
