//! The service as a process: started on a free port, asked, told to end.

use std::io::{BufRead as _, BufReader, Read};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::{LONG, Workspace};

/// A running service; it is killed when a test leaves it.
pub struct Service {
    child: Child,
    /// The port of the line on standard error.
    pub port: u16,
    /// Lines of standard output that nobody has read.
    log: Receiver<String>,
    /// Lines of standard error that nobody has read.
    talk: Receiver<String>,
    /// Standard output that nobody reads.
    unread: Option<ChildStdout>,
}

/// How a service ended.
#[derive(Debug)]
pub struct Ended {
    pub code: Option<i32>,
    /// From the call of [`end`](Service::end), which follows the signal, to the end.
    pub took: Duration,
    /// Unread lines of the log.
    pub log: Vec<String>,
    /// Unread lines of standard error.
    pub talk: Vec<String>,
}

impl Service {
    /// Starts the command on a free port of loopback and waits until it says that it serves.
    pub fn start(workspace: &Workspace, arguments: &[&str]) -> Self {
        Self::start_unread(workspace, arguments).reading_log()
    }

    /// As [`start`](Self::start), with a variable in the environment.
    pub fn start_with_variable(
        workspace: &Workspace,
        arguments: &[&str],
        (name, value): (&str, &str),
    ) -> Self {
        let mut command = Self::command(workspace, arguments);
        Self::spawn(command.env(name, value)).reading_log()
    }

    /// As [`start`](Self::start), with a pipe as standard output that nobody reads.
    pub fn start_unread(workspace: &Workspace, arguments: &[&str]) -> Self {
        Self::spawn(&mut Self::command(workspace, arguments))
    }

    /// As [`start`](Self::start), with a limit on the size of every file that the service writes.
    ///
    /// A write that passes it is cut there, as on a full disk.
    pub fn start_with_file_limit(
        workspace: &Workspace,
        arguments: &[&str],
        blocks_of_512_bytes: u32,
    ) -> Self {
        let service = Self::command(workspace, arguments);
        let mut limited = Command::new("sh");
        limited
            .arg("-c")
            .arg(format!(
                r#"trap '' XFSZ; ulimit -f {blocks_of_512_bytes}; exec "$0" "$@""#
            ))
            .arg(service.get_program())
            .args(service.get_args())
            .current_dir(workspace.path("."))
            .stdin(Stdio::null());
        Self::spawn(&mut limited).reading_log()
    }

    fn command(workspace: &Workspace, arguments: &[&str]) -> Command {
        workspace.command(&[arguments, &["--address", "127.0.0.1", "--port", "0"]].concat())
    }

    /// Starts the command as it is and waits until it says that it serves.
    pub fn spawn(command: &mut Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut service = Self {
            port: 0,
            log: channel().1,
            talk: lines(child.stderr.take().unwrap()),
            unread: child.stdout.take(),
            child,
        };
        let line = wait_for(&service.talk, "serving ");
        let (_, port) = line.split_once(": http://localhost:").unwrap();
        service.port = port.parse().unwrap();
        service
    }

    /// Reads the log, which the pipe does not hold for long.
    pub fn reading_log(mut self) -> Self {
        self.log = lines(self.unread.take().unwrap());
        self
    }

    /// Status and body of the answer to a POST of JSON.
    pub fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        self.post_with(path, &[], body)
    }

    /// As [`post`](Self::post), with headers.
    pub fn post_with(&self, path: &str, headers: &[(&str, &str)], body: &Value) -> (u16, Value) {
        let request = agent()
            .post(self.url(path))
            .header("content-type", "application/json");
        let request = headers.iter().fold(request, |request, &(name, value)| {
            request.header(name, value)
        });
        answer(request.send(body.to_string()).unwrap())
    }

    /// Status and body of the answer to a GET.
    pub fn get(&self, path: &str) -> (u16, Value) {
        answer(agent().get(self.url(path)).call().unwrap())
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Waits for a line of the log that has `part`.
    pub fn wait_for_log(&self, part: &str) -> String {
        wait_for(&self.log, part)
    }

    /// Resident memory in KiB.
    pub fn resident_kib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let (_, resident) = status.split_once("VmRSS:").unwrap();
        resident.split_whitespace().next().unwrap().parse().unwrap()
    }

    /// Sends SIGTERM.
    pub fn terminate(&self) {
        self.signal("TERM");
    }

    /// Sends SIGHUP.
    pub fn hang_up(&self) {
        self.signal("HUP");
    }

    fn signal(&self, name: &str) {
        let script = r#"kill -"$1" "$2""#;
        let process = self.child.id().to_string();
        let status = Command::new("sh")
            .args(["-c", script, "sh", name, &process])
            .status()
            .unwrap();
        assert!(status.success(), "SIG{name} was not sent: {status}");
    }

    /// Waits for the end after [`terminate`](Self::terminate).
    pub fn end(mut self) -> Ended {
        let start = Instant::now();
        let [log, talk] = [&self.log, &self.talk].map(rest);
        let status = self.child.wait().unwrap();
        Ended {
            code: status.code(),
            took: start.elapsed(),
            log,
            talk,
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It has ended already unless the test has failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn agent() -> ureq::Agent {
    let config = ureq::Agent::config_builder()
        .timeout_global(Some(LONG))
        .http_status_as_error(false)
        .proxy(None);
    config.build().into()
}

fn answer(mut response: ureq::http::Response<ureq::Body>) -> (u16, Value) {
    let body = response.body_mut().read_to_string().unwrap();
    (
        response.status().as_u16(),
        serde_json::from_str(&body).unwrap_or(Value::String(body)),
    )
}

/// The lines of a pipe as they come.
fn lines(pipe: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(pipe).lines() {
            if sender.send(line.unwrap()).is_err() {
                break;
            }
        }
    });
    receiver
}

/// The first line that has `part`.
fn wait_for(lines: &Receiver<String>, part: &str) -> String {
    let mut seen = Vec::new();
    loop {
        match lines.recv_timeout(LONG) {
            Ok(line) if line.contains(part) => return line,
            Ok(line) => seen.push(line),
            Err(error) => panic!("no line has `{part}`, {error}: {seen:#?}"),
        }
    }
}

/// Every line up to the end of the pipe.
fn rest(lines: &Receiver<String>) -> Vec<String> {
    let mut rest = Vec::new();
    loop {
        match lines.recv_timeout(LONG) {
            Ok(line) => rest.push(line),
            Err(RecvTimeoutError::Disconnected) => return rest,
            Err(RecvTimeoutError::Timeout) => panic!("the service did not end: {rest:#?}"),
        }
    }
}
