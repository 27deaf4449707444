//! PostgreSQL server on loopback for the tests, with a database in a temporary folder.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

pub const USER: &str = "tester";
pub const PASSWORD: &str = "pass/word secret";
/// Password in its URL encoding.
pub const PASSWORD_IN_URL: &str = "pass%2Fword%20secret";

/// Script that stops the server and removes its folder when standard input is closed, also when the
/// tests are killed.
const SUPERVISOR: &str = r#"
"$1/postgres" -D "$2/data" -p "$3" </dev/null &
server=$!
cat >/dev/null
kill -QUIT "$server"
wait "$server"
rm -rf "$2"
"#;

pub static CLUSTER: LazyLock<Cluster> = LazyLock::new(Cluster::start);

/// Server of all tests of a process, with a certificate for `localhost`.
pub struct Cluster {
    pub port: u16,
    /// Folder of its socket and the root of its certificate.
    pub folder: PathBuf,
    _supervisor: Child,
}

impl Cluster {
    /// Returns the URL of its database at a host, with the parameters.
    pub fn url(&self, host: &str, parameters: &str) -> String {
        format!(
            "postgres://{USER}:{PASSWORD_IN_URL}@{host}:{}/postgres?{parameters}",
            self.port
        )
    }

    /// Returns the PEM file of the certificate's root.
    pub fn roots(&self) -> PathBuf {
        self.folder.join("roots.pem")
    }

    /// Runs statements.
    pub fn execute(&self, statements: &str) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let url = self.url("127.0.0.1", "sslmode=disable");
            let (client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls)
                .await
                .unwrap();
            tokio::spawn(connection);
            client.batch_execute(statements).await.unwrap();
        });
    }

    fn start() -> Self {
        let programs = programs();
        let folder = tempfile::tempdir().unwrap().keep();
        write_certificates(&folder);
        fs::write(folder.join("password"), PASSWORD).unwrap();
        let owner = Owner::of(&folder);
        owner.give(&folder);
        let initialised = owner
            .command(&programs.join("initdb"), &folder)
            .args(initdb_arguments(&folder))
            .output();
        let initialised = initialised.unwrap();

        assert!(
            initialised.status.success(),
            "{}",
            String::from_utf8_lossy(&initialised.stderr)
        );

        configure(&folder);
        let port = TcpListener::bind(("127.0.0.1", 0))
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let mut supervisor = owner.command(Path::new("sh"), &folder);
        supervisor
            .args(["-c", SUPERVISOR, "sh"])
            .arg(programs)
            .arg(&folder)
            .arg(port.to_string());
        let mut supervisor = supervisor
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        wait_until_ready(&mut supervisor);

        Self {
            port,
            folder,
            _supervisor: supervisor,
        }
    }
}

/// Returns the folder with `initdb` and `postgres`: on the path, or Debian's folder of the newest
/// version.
fn programs() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<_> = std::env::split_paths(&path).collect();
    let versions = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let mut versions: Vec<_> = versions.map(|version| version.path().join("bin")).collect();
    versions.sort();
    folders.extend(versions.into_iter().rev());
    let found = folders
        .into_iter()
        .find(|folder| folder.join("initdb").exists() && folder.join("postgres").exists());

    found.expect("no `initdb` and `postgres`: run `cargo xtask test`, which installs them, or install PostgreSQL")
}

/// User of the server, which does not run as root.
struct Owner(Option<(u32, u32)>);

impl Owner {
    /// Returns the owner of the folder, or `nobody` for root.
    fn of(folder: &Path) -> Self {
        if fs::metadata(folder).unwrap().uid() != 0 {
            return Self(None);
        }
        let users = fs::read_to_string("/etc/passwd").unwrap();
        let nobody = users
            .lines()
            .find(|line| line.starts_with("nobody:"))
            .expect("a user `nobody`");
        let number = |field| nobody.split(':').nth(field).unwrap().parse().unwrap();

        Self(Some((number(2), number(3))))
    }

    fn give(&self, folder: &Path) {
        let Some((user, group)) = self.0 else { return };
        for file in fs::read_dir(folder).unwrap() {
            chown(file.unwrap().path(), Some(user), Some(group)).unwrap();
        }
        chown(folder, Some(user), Some(group)).unwrap();
    }

    fn command(&self, program: &Path, folder: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(folder)
            .env("LC_ALL", "C")
            .stdout(Stdio::null());
        if let Some((user, group)) = self.0 {
            command.uid(user).gid(group);
        }
        command
    }
}

fn initdb_arguments(folder: &Path) -> [String; 7] {
    let password = format!("--pwfile={}", folder.join("password").display());
    let data = folder.join("data").display().to_string();
    let [user, method] = [
        format!("--username={USER}"),
        "--auth=scram-sha-256".to_owned(),
    ];

    [
        "--no-sync".to_owned(),
        "--encoding=UTF8".to_owned(),
        user,
        method,
        password,
        "--pgdata".to_owned(),
        data,
    ]
}

fn configure(folder: &Path) {
    let settings = format!(
        "listen_addresses = '127.0.0.1'\nunix_socket_directories = '{0}'\nfsync = off\nssl = on\n\
         ssl_cert_file = '{0}/server.pem'\nssl_key_file = '{0}/server.key'\n",
        folder.display()
    );
    let file = folder.join("data/postgresql.auto.conf");
    fs::write(&file, settings).unwrap();
}

/// Writes a root certificate, and the server's certificate signed by it.
fn write_certificates(folder: &Path) {
    let mut root = CertificateParams::new(Vec::new()).unwrap();
    root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let root = CertifiedIssuer::self_signed(root, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let server = CertificateParams::new(vec!["localhost".to_owned()])
        .unwrap()
        .signed_by(&key, &root)
        .unwrap();
    fs::write(folder.join("roots.pem"), root.pem()).unwrap();
    fs::write(folder.join("server.pem"), server.pem()).unwrap();
    fs::write(folder.join("server.key"), key.serialize_pem()).unwrap();
    fs::set_permissions(folder.join("server.key"), fs::Permissions::from_mode(0o600)).unwrap();
}

/// Reads the server's log until it accepts connections, and the rest in a thread.
fn wait_until_ready(supervisor: &mut Child) {
    let mut log = BufReader::new(supervisor.stderr.take().unwrap());
    let mut output = String::new();
    while !output.contains("ready to accept connections") {
        assert!(
            log.read_line(&mut output).unwrap() > 0,
            "the server did not start: {output}"
        );
    }
    std::thread::spawn(move || log.read_to_end(&mut Vec::new()));
}
