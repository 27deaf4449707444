//! `relevance completions` and `relevance man`.

use std::io::Write as _;
use std::process::{Command, Stdio};

use crate::support::Workspace;

const SHELLS: [&str; 5] = ["bash", "elvish", "fish", "powershell", "zsh"];

/// Names of the commands that the help lists.
fn commands(workspace: &Workspace) -> Vec<String> {
    let help = workspace.run(&["--help"]).succeeded().stdout;
    let (_, list) = help.split_once("\nCommands:\n").unwrap();
    let (list, _) = list.split_once("\n\n").unwrap();
    let names: Vec<String> = list
        .lines()
        .filter_map(|line| line.strip_prefix("  "))
        .filter(|line| !line.starts_with(' '))
        .map(|line| line.split_whitespace().next().unwrap().to_owned())
        .collect();
    assert!(names.len() > 8, "{names:?}");
    names
}

#[test]
fn every_script_names_all_commands_and_the_flags_of_serve() {
    let workspace = Workspace::new();
    let commands = commands(&workspace);
    for shell in SHELLS {
        let script = workspace.run(&["completions", shell]).succeeded().stdout;
        for name in commands.iter().map(String::as_str).chain(["model-file"]) {
            assert!(script.contains(name), "{shell}: {name}");
        }
    }
    workspace
        .run(&["completions", "tcsh"])
        .failed(2, &["tcsh", "bash"]);
}

/// Completions of a command line, as bash finds them with the script.
fn complete(script: &str, words: &[&str]) -> Vec<String> {
    let run = r#"eval "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
        _relevance relevance "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
        printf '%s\n' "${COMPREPLY[@]}""#;
    let output = Command::new("bash")
        .args(["-c", run, "bash", script])
        .args(words)
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{words:?}");
    let stdout = String::from_utf8(output.stdout).unwrap();
    stdout.lines().map(str::to_owned).collect()
}

#[test]
fn bash_completes_commands_and_flags() {
    let script = Workspace::new().run(&["completions", "bash"]).succeeded();
    for (words, want) in [
        (&["relevance", "comp"][..], "completions"),
        (&["relevance", "serve", "--model-f"], "--model-file"),
        (&["relevance", "models", "prom"], "promote"),
        (&["relevance", "completions", "z"], "zsh"),
    ] {
        assert_eq!(complete(&script.stdout, words), [want], "{words:?}");
    }
}

/// Warnings of groff about a page.
fn warnings(page: &str) -> String {
    let mut groff = Command::new("groff")
        .args(["-man", "-Tutf8", "-ww", "-z"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = groff.stdin.take().unwrap();
    input.write_all(page.as_bytes()).unwrap();
    drop(input);
    let output = groff.wait_with_output().unwrap();
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn the_manual_has_a_page_of_every_command() {
    let workspace = Workspace::new();
    let page = workspace.run(&["man"]).succeeded().stdout;
    assert!(page.contains(".TH relevance 1"), "{page}");

    workspace
        .run(&["man", "--output", "pages/man1"])
        .succeeded();
    let pages = workspace.files("pages/man1");
    for name in commands(&workspace) {
        assert!(page.contains(&format!("relevance\\-{name}(1)")), "{name}");
        let path = workspace.path(&format!("pages/man1/relevance-{name}.1"));
        assert!(pages.contains_key(&path) || name == "help", "{name}");
    }

    let serve = workspace.read("pages/man1/relevance-serve.1");
    let serve = String::from_utf8(serve).unwrap();
    for part in [
        "\\-\\-model\\-file",
        "RELEVANCE_MODEL_FILE",
        "Maximum size of a text",
    ] {
        assert!(serve.contains(part), "{part}: {serve}");
    }

    workspace.write("taken", "");
    workspace
        .run(&["man", "--output", "taken/man1"])
        .failed(1, &["`taken/man1`"]);
}

#[test]
fn the_pages_are_set_without_a_warning() {
    if Command::new("groff").arg("--version").output().is_err() {
        eprintln!("groff is not installed: the pages are not set");
        return;
    }
    let workspace = Workspace::new();
    workspace.run(&["man", "--output", "pages"]).succeeded();
    for (path, page) in workspace.files("pages") {
        let page = String::from_utf8(page).unwrap();
        assert_eq!(warnings(&page), "", "{}", path.display());
    }
    assert_ne!(warnings(".unknown\n"), "", "groff warns of nothing");
}
