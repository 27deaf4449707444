//! Open connections: the memory that their requests and responses hold, and which of them to close
//! when there are too many.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::http::Extensions;
use prometheus_client::metrics::gauge::Gauge;
use tokio::sync::Notify;

use crate::problem::{Limit, Problem};
use crate::settings::{Limits, millis};

/// Part of the memory that a single connection may hold: one of so many.
const CONNECTION_PART: usize = 4;
/// Part of the memory that the heads of all requests may hold in addition: one of so many.
const HEAD_PART: usize = 2;
/// Time after which a connection without a request may be closed in favour of a new one.
pub(super) const MIN_IDLE: Duration = Duration::from_millis(250);
/// Time after which a connection whose client reads no response may be closed in favour of others.
const MIN_STALLED: Duration = Duration::from_secs(1);

/// All open connections.
#[derive(Debug)]
pub(crate) struct OpenConnections {
    connections: Mutex<HashMap<u64, Arc<Connection>>>,
    next_id: AtomicU64,
    /// Bytes of request bodies and of responses that are not sent.
    bytes: Gauge,
    max_bytes: usize,
    /// Bytes of the heads of open requests, of which half of `max_bytes` may be in use too.
    head_bytes: AtomicUsize,
    start: Instant,
}

/// An open connection.
#[derive(Debug)]
pub(crate) struct Connection {
    all: Arc<OpenConnections>,
    requests: AtomicUsize,
    bytes: AtomicUsize,
    /// Large responses that are not sent.
    unsent: AtomicUsize,
    /// When the last request ended, in milliseconds since the start.
    active_at: AtomicU64,
    /// When a large response was last sent, or begun while there was none.
    sent_at: AtomicU64,
    close: Notify,
    /// Whether a request came by HTTP/1.
    is_http_1: AtomicBool,
    /// Whether the connection is to end because of its age.
    is_old: AtomicBool,
}

/// A connection in the list, until it is dropped.
pub(super) struct Listed {
    id: u64,
    pub(super) connection: Arc<Connection>,
}

/// A request that a connection is busy with, until it is dropped.
pub(super) struct Busy<'c>(&'c Connection);

/// Memory that is held for a connection, until it is dropped.
#[derive(Debug)]
pub(crate) struct Reservation {
    connection: Arc<Connection>,
    bytes: usize,
}

/// Memory that is held for the head of a request, until it is dropped.
#[derive(Debug)]
pub(crate) struct HeadReservation {
    all: Arc<OpenConnections>,
    bytes: usize,
}

impl OpenConnections {
    /// An empty list.
    pub(crate) fn new(limits: &Limits, bytes: Gauge) -> Arc<Self> {
        Arc::new(Self {
            connections: Mutex::default(),
            next_id: AtomicU64::new(0),
            bytes,
            max_bytes: limits.max_bytes_in_flight,
            head_bytes: AtomicUsize::new(0),
            start: Instant::now(),
        })
    }

    /// Adds a connection to the list.
    pub(super) fn open(self: &Arc<Self>) -> Listed {
        let (id, connection) = (self.next_id.fetch_add(1, Relaxed), self.unlisted());
        self.lock().insert(id, Arc::clone(&connection));
        Listed { id, connection }
    }

    /// A connection outside the list, for a request that came by none.
    pub(super) fn unlisted(self: &Arc<Self>) -> Arc<Connection> {
        let now = self.now();
        Arc::new(Connection {
            all: Arc::clone(self),
            requests: AtomicUsize::new(0),
            bytes: AtomicUsize::new(0),
            unsent: AtomicUsize::new(0),
            active_at: AtomicU64::new(now),
            sent_at: AtomicU64::new(now),
            close: Notify::new(),
            is_http_1: AtomicBool::new(false),
            is_old: AtomicBool::new(false),
        })
    }

    /// The connection that a request came by.
    pub(crate) fn of_request(self: &Arc<Self>, extensions: &Extensions) -> Arc<Connection> {
        let connection = extensions.get::<Arc<Connection>>().cloned();
        connection.unwrap_or_else(|| self.unlisted())
    }

    /// Closes the connection that has been idle for longest, if there is one.
    pub(super) fn close_longest_idle(&self) {
        let is_idle = |connection: &Connection| {
            connection.requests.load(Relaxed) == 0 && connection.unsent.load(Relaxed) == 0
        };
        self.close_oldest(MIN_IDLE, is_idle, |connection| &connection.active_at);
    }

    /// Closes the connection whose client has read nothing for longest, if there is one.
    fn close_longest_stalled(&self) {
        let is_unsent = |connection: &Connection| connection.unsent.load(Relaxed) > 0;
        self.close_oldest(MIN_STALLED, is_unsent, |connection| &connection.sent_at);
    }

    fn close_oldest(
        &self,
        min_age: Duration,
        matches: impl Fn(&Connection) -> bool,
        time: impl Fn(&Connection) -> &AtomicU64,
    ) {
        let connections = self.lock();
        let matching = connections
            .values()
            .filter(|connection| matches(connection));
        let oldest = matching.min_by_key(|connection| time(connection).load(Relaxed));

        if let Some(connection) = oldest
            && time(connection).load(Relaxed) + millis(min_age) <= self.now()
        {
            connection.close.notify_one();
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<u64, Arc<Connection>>> {
        self.connections
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Milliseconds since the start.
    fn now(&self) -> u64 {
        millis(self.start.elapsed())
    }
}

impl Connection {
    /// Marks the connection as busy with a request.
    pub(super) fn begin_request(&self) -> Busy<'_> {
        self.requests.fetch_add(1, Relaxed);
        Busy(self)
    }

    /// Notes that a request came by HTTP/1.
    pub(super) fn set_http_1(&self) {
        self.is_http_1.store(true, Relaxed);
    }

    /// Whether a request came by HTTP/1.
    pub(super) fn is_http_1(&self) -> bool {
        self.is_http_1.load(Relaxed)
    }

    /// Notes that the connection has reached its maximum age.
    pub(super) fn set_old(&self) {
        self.is_old.store(true, Relaxed);
    }

    /// Whether the connection has reached its maximum age.
    pub(super) fn is_old(&self) -> bool {
        self.is_old.load(Relaxed)
    }

    /// Completes when the connection is to be closed in favour of others.
    pub(super) async fn closed(&self) {
        self.close.notified().await;
    }

    /// Closes the connection, whatever its requests.
    pub(super) fn close(&self) {
        self.close.notify_one();
    }

    /// Reserves memory for the head of a request, or rejects the request if all heads hold too much.
    pub(super) fn reserve_head(&self, bytes: usize) -> Result<HeadReservation, Problem> {
        let all = Arc::clone(&self.all);
        let max = all.max_bytes / HEAD_PART;
        let before = all.head_bytes.fetch_add(bytes, Relaxed);

        let reserved = HeadReservation { all, bytes };
        if before > 0 && before + bytes > max {
            return Err(Problem::Overloaded {
                limit: Limit::bytes_in_flight(self.all.max_bytes),
            });
        }
        Ok(reserved)
    }

    /// Reserves memory, or rejects the request if too much is in use.
    pub(crate) fn reserve(self: &Arc<Self>, bytes: usize) -> Result<Reservation, Problem> {
        let mut reservation = Reservation {
            connection: Arc::clone(self),
            bytes: 0,
        };
        reservation.grow(bytes)?;
        Ok(reservation)
    }
}

impl Reservation {
    /// Reserves more; the first reservation of all is granted whatever its size.
    pub(crate) fn grow(&mut self, bytes: usize) -> Result<(), Problem> {
        let all = Arc::clone(&self.connection.all);
        let (max, own) = (all.max_bytes, self.bytes);
        let is_over = |before: usize, max: usize| before > own && before + bytes > max;

        self.add(bytes);
        let connection_before = self.connection.bytes.load(Relaxed).saturating_sub(bytes);
        let all_before = usize::try_from(all.bytes.get())
            .unwrap_or(0)
            .saturating_sub(bytes);

        let is_full = is_over(all_before, max);
        if is_full {
            all.close_longest_stalled();
        }
        if is_full || is_over(connection_before, max / CONNECTION_PART) {
            return Err(Problem::Overloaded {
                limit: Limit::bytes_in_flight(max),
            });
        }

        Ok(())
    }

    /// Splits off a part, for as much of it as there is, and adds the rest of it.
    pub(super) fn split(&mut self, bytes: usize) -> Self {
        let taken = self.bytes.min(bytes);
        self.bytes -= taken;

        let mut part = Self {
            connection: Arc::clone(&self.connection),
            bytes: taken,
        };
        part.add(bytes - taken);
        part
    }

    /// Counts the response as unsent, until the result is dropped.
    pub(super) fn begin_response(&self) -> Unsent {
        let connection = &self.connection;
        if connection.unsent.fetch_add(1, Relaxed) == 0 {
            connection.sent_at.store(connection.all.now(), Relaxed);
        }
        Unsent(Arc::clone(connection))
    }

    fn add(&mut self, bytes: usize) {
        self.bytes += bytes;
        self.connection.bytes.fetch_add(bytes, Relaxed);
        self.connection.all.bytes.inc_by(signed(bytes));
    }
}

/// A large response that is not sent, until it is dropped.
pub(super) struct Unsent(Arc<Connection>);

impl Drop for Unsent {
    fn drop(&mut self) {
        self.0.sent_at.store(self.0.all.now(), Relaxed);
        self.0.unsent.fetch_sub(1, Relaxed);
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.connection.bytes.fetch_sub(self.bytes, Relaxed);
        self.connection.all.bytes.dec_by(signed(self.bytes));
    }
}

impl Drop for HeadReservation {
    fn drop(&mut self) {
        self.all.head_bytes.fetch_sub(self.bytes, Relaxed);
    }
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.active_at.store(self.0.all.now(), Relaxed);
        self.0.requests.fetch_sub(1, Relaxed);
    }
}

impl Drop for Listed {
    fn drop(&mut self) {
        self.connection.all.lock().remove(&self.id);
    }
}

fn signed(bytes: usize) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}
