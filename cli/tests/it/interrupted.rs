//! Commands that a signal ends: they leave no temporary file.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use crate::support::{LONG, Workspace};

/// Names of the files in a folder, sorted.
fn names(workspace: &Workspace, folder: &str) -> Vec<String> {
    let entries = fs::read_dir(workspace.path(folder)).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Waits until a folder has a temporary file.
fn wait_for_temporary(workspace: &Workspace, folder: &str) {
    let start = Instant::now();
    while !names(workspace, folder)
        .iter()
        .any(|name| name.starts_with(".relevance-"))
    {
        assert!(start.elapsed() < LONG, "no temporary file appears");
        thread::sleep(Duration::from_millis(1));
    }
}

fn send(child: &Child, signal: &str) {
    let kill = ["-c", r#"kill -"$1" "$2""#, "sh", signal];
    let mut kill = Command::new("sh")
        .args(kill)
        .arg(child.id().to_string())
        .spawn()
        .unwrap();
    assert!(kill.wait().unwrap().success());
}

/// Returns the same command with the default meaning of the signals, of which a test that runs in the background may inherit
/// another.
fn with_default_signals(command: &Command) -> Command {
    let mut reset = Command::new("env");
    reset
        .arg("--default-signal=INT,TERM,HUP")
        .arg(command.get_program())
        .args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => reset.env(name, value),
            None => reset.env_remove(name),
        };
    }
    reset.current_dir(command.get_current_dir().unwrap());
    reset
}

/// Starts a prediction into `out/out.csv` that waits for more texts.
fn start_prediction(workspace: &Workspace) -> Child {
    fs::create_dir_all(workspace.path("out")).unwrap();
    let mut predict = with_default_signals(&workspace.command(&["predict", "-o", "out/out.csv"]));
    let mut child = predict
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.as_mut().unwrap().write_all(b"flood\n").unwrap();
    wait_for_temporary(workspace, "out");
    child
}

#[test]
fn a_prediction_that_waits_for_texts_ends_by_a_signal_and_leaves_no_file() {
    let workspace = Workspace::with_model();
    for (signal, code) in [("INT", 130), ("TERM", 143), ("HUP", 129)] {
        let mut child = start_prediction(&workspace);
        send(&child, signal);
        assert_eq!(child.wait().unwrap().code(), Some(code), "{signal}");
        assert!(names(&workspace, "out").is_empty(), "{signal}");
    }
}

#[test]
fn a_signal_during_training_leaves_no_unpacked_database() {
    let workspace = Workspace::new();
    fs::create_dir(workspace.path("tmp")).unwrap();
    let mut train = workspace.command(&["train"]);
    let train = train.env("TMPDIR", workspace.path("tmp"));
    let mut child = train.stderr(Stdio::null()).spawn().unwrap();
    wait_for_temporary(&workspace, "tmp");
    send(&child, "TERM");
    assert_eq!(child.wait().unwrap().code(), Some(143));
    assert!(names(&workspace, "tmp").is_empty());
}

/// Waits until the process handles SIGHUP itself.
fn wait_for_handlers(child: &Child) {
    let start = Instant::now();
    let handles = || {
        let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
        let (_, mask) = status.split_once("SigCgt:").unwrap();
        let mask = mask.split_whitespace().next().unwrap();
        u64::from_str_radix(mask, 16).unwrap() & 1 == 1
    };
    while !handles() {
        assert!(start.elapsed() < LONG, "no handler is set");
    }
}

#[test]
fn no_hangup_ends_a_service_from_its_first_handler_on() {
    let workspace = Workspace::with_model();
    let serve = workspace.command(&["serve", "--address", "127.0.0.1", "--port", "0"]);
    let mut child = with_default_signals(&serve)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    wait_for_handlers(&child);
    for _ in 0..20 {
        send(&child, "HUP");
    }

    let mut talk = BufReader::new(child.stderr.take().unwrap()).lines();
    assert!(talk.any(|line| line.unwrap().contains("serving ")));
    send(&child, "HUP");
    send(&child, "TERM");
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_hangup_that_nohup_ignores_does_not_end_a_command() {
    let workspace = Workspace::with_model();
    fs::create_dir(workspace.path("out")).unwrap();
    let program = workspace.command(&[]).get_program().to_owned();
    let mut child = Command::new("sh")
        .args(["-c", r#"trap "" HUP; exec "$0" predict -o out/out.csv"#])
        .arg(program)
        .current_dir(workspace.path(""))
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut texts = child.stdin.take().unwrap();
    texts.write_all(b"flood\n").unwrap();
    wait_for_temporary(&workspace, "out");
    send(&child, "HUP");
    texts.write_all(b"fire\n").unwrap();
    drop(texts);

    assert!(child.wait().unwrap().success());
    let mut lines = String::new();
    let mut file = File::open(workspace.path("out/out.csv")).unwrap();
    file.read_to_string(&mut lines).unwrap();
    assert_eq!(lines.lines().count(), 3);
}

#[test]
fn the_next_command_removes_what_a_killed_one_left_and_not_what_a_live_one_uses() {
    let workspace = Workspace::with_model();
    let mut killed = start_prediction(&workspace);
    let left = names(&workspace, "out");
    killed.kill().unwrap();
    killed.wait().unwrap();
    assert_eq!(names(&workspace, "out"), left);

    let mut live = workspace.command(&["predict", "-o", "out/live.csv"]);
    let mut live = live.stdin(Stdio::piped()).spawn().unwrap();
    let start = Instant::now();
    while names(&workspace, "out").len() < 2 {
        assert!(start.elapsed() < LONG, "no second temporary file appears");
        thread::sleep(Duration::from_millis(1));
    }
    for name in names(&workspace, "out") {
        let file = File::options()
            .write(true)
            .open(workspace.path("out").join(name))
            .unwrap();
        file.set_modified(SystemTime::now() - Duration::from_mins(1))
            .unwrap();
    }

    workspace
        .run(&["predict", "-o", "out/out.csv", "flood"])
        .succeeded();
    live.stdin.take().unwrap().write_all(b"fire\n").unwrap();
    assert!(live.wait().unwrap().success());
    assert_eq!(names(&workspace, "out"), ["live.csv", "out.csv"]);
}
