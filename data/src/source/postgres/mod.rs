//! PostgreSQL source: rows of a query, as the server renders them.

mod connection;
mod tls;
mod types;

use std::sync::Arc;

use futures::StreamExt as _;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, SimpleQueryMessage, SimpleQueryRow};
use url::Url;

use self::connection::Connector;
use crate::error::DataError;
use crate::source::background::{Background, Sink};
use crate::source::columns::{Columns, listed, role};
use crate::source::location::Variables;
use crate::source::row::{Row, Source, Visit, recycle};
use crate::source::settings::SourceSettings;

/// Rows per batch from the connection to the reader.
const BATCH_ROWS: usize = 256;
/// Maximum number of received batches that wait for the reader.
const BATCHES_AHEAD: usize = 4;

/// Source of the rows of a query, or of a whole table, on a PostgreSQL server.
pub(super) struct Postgres {
    connector: Arc<Connector>,
    settings: SourceSettings,
}

/// Message of the connection's thread to the reader.
enum Message {
    /// Columns of the rows, sent before the first row.
    Columns(QueryColumns),
    Rows(Vec<SimpleQueryRow>),
    /// End of the rows.
    End,
    Failed(DataError),
}

/// Columns of a query.
struct QueryColumns {
    columns: Columns,
    /// Indices of those with booleans.
    booleans: Vec<usize>,
}

impl Source for Postgres {
    fn name(&self) -> String {
        self.connector.name.clone()
    }

    fn read(&self, visit: &mut Visit<'_>) -> Result<(), DataError> {
        let name = self.name();
        let background = Background::start().map_err(DataError::file("read", &name))?;
        let query = Query {
            connector: Arc::clone(&self.connector),
            settings: self.settings.clone(),
        };
        let messages = background.stream(BATCHES_AHEAD, |sink| async move {
            let last = query
                .run(&sink)
                .await
                .map_or_else(Message::Failed, |()| Message::End);
            sink.send(last);
        });

        let mut columns = None;
        let mut number = 0;
        for message in messages {
            match message {
                Message::Columns(found) => columns = Some(found),
                Message::Rows(rows) => {
                    let columns = columns.as_ref().expect("the columns come before the rows");
                    number = self.visit_rows(&rows, columns, number, visit)?;
                }
                Message::End => return Ok(()),
                Message::Failed(error) => return Err(error),
            }
        }

        Err(DataError::file("read", name)(std::io::Error::other(
            "the background task ended too early",
        )))
    }
}

impl Postgres {
    /// Reads the URL and the variables; it connects when rows are read.
    pub fn new(
        url: &Url,
        variables: &Variables,
        settings: SourceSettings,
    ) -> Result<Self, DataError> {
        Ok(Self {
            connector: Arc::new(Connector::new(url, variables)?),
            settings,
        })
    }

    /// Visits the rows that follow row `number` and returns the number of the last one.
    fn visit_rows(
        &self,
        rows: &[SimpleQueryRow],
        columns: &QueryColumns,
        mut number: u64,
        visit: &mut Visit<'_>,
    ) -> Result<u64, DataError> {
        let mut memory = Vec::new();
        for row in rows {
            number += 1;

            let mut values = recycle(memory);
            for (index, column) in columns.columns.indices().enumerate() {
                let value = row.try_get(column).map_err(|_| {
                    let role = role(index, &self.settings);
                    not_utf8(&self.connector.name, number, &format!("the {role}"))
                })?;
                let value = match value {
                    Some(value) if columns.booleans.contains(&column) => boolean(value),
                    value => value.unwrap_or_default(),
                };
                values.push(value.into());
            }

            visit(Row::of_values(number, &values))?;
            memory = recycle(values);
        }
        Ok(number)
    }
}

/// Task of the connection's thread.
struct Query {
    connector: Arc<Connector>,
    settings: SourceSettings,
}

impl Query {
    async fn run(&self, sink: &Sink<Message>) -> Result<(), DataError> {
        let client = self.connector.connect().await?;
        // Keeps the order of a table's rows from one read to the next; not every compatible server
        // knows the setting.
        let _ = client.batch_execute("SET synchronize_seqscans = off").await;

        let sql = self
            .settings
            .query
            .clone()
            .unwrap_or_else(|| select(&self.settings.table));
        let columns = self.find_columns(&client, &sql).await?;
        if !sink.send(Message::Columns(columns)) {
            return Ok(());
        }

        let failed = |source| self.connector.failed("query", source);
        client
            .batch_execute("BEGIN READ ONLY")
            .await
            .map_err(failed)?;

        let mut messages = Box::pin(client.simple_query_raw(&sql).await.map_err(failed)?);
        let mut batch = Vec::new();
        let mut rows = 0;
        while let Some(message) = messages.next().await {
            let message = message.map_err(|error| self.read_error(rows, error))?;
            if let SimpleQueryMessage::Row(row) = message {
                rows += 1;
                batch.push(row);
            }
            if batch.len() == BATCH_ROWS && !sink.send(Message::Rows(std::mem::take(&mut batch))) {
                return Ok(());
            }
        }
        sink.send(Message::Rows(batch));
        Ok(())
    }

    /// Finds the columns of the query without running it; the server accepts only one statement
    /// here.
    async fn find_columns(&self, client: &Client, sql: &str) -> Result<QueryColumns, DataError> {
        let statement = match client.prepare(sql).await {
            Ok(statement) => statement,
            Err(error)
                if self.settings.query.is_none()
                    && error.code() == Some(&SqlState::UNDEFINED_TABLE) =>
            {
                return Err(self.missing_table(client).await);
            }
            Err(error) => return Err(self.connector.failed("query", error)),
        };

        if !statement.params().is_empty() {
            return Err(
                self.malformed("it has parameters, for which there are no values".to_owned())
            );
        }

        let names: Vec<_> = statement
            .columns()
            .iter()
            .map(tokio_postgres::Column::name)
            .collect();
        let columns = Columns::find(
            &names,
            &self.settings,
            &self.connector.name,
            &self.location(),
        )?;
        types::check(&statement, &columns, &self.settings)
            .map_err(|cause| self.malformed(cause))?;
        Ok(QueryColumns {
            booleans: types::booleans(&statement),
            columns,
        })
    }

    /// Converts the server's error after a number of rows.
    fn read_error(&self, rows: u64, error: tokio_postgres::Error) -> DataError {
        // A database without an encoding (SQL_ASCII) may have any bytes.
        if error.code() == Some(&SqlState::CHARACTER_NOT_IN_REPERTOIRE) {
            return not_utf8(&self.connector.name, rows + 1, "a value");
        }
        self.connector.failed("read", error)
    }

    async fn missing_table(&self, client: &Client) -> DataError {
        let tables = "SELECT table_schema || '.' || table_name FROM information_schema.tables
                      WHERE table_schema NOT IN ('information_schema', 'pg_catalog') ORDER BY 1";
        match client.query(tables, &[]).await {
            Ok(rows) => DataError::MissingTable {
                file: self.connector.name.clone(),
                table: self.settings.table.clone(),
                existing: listed(&rows.iter().map(|row| row.get(0)).collect::<Vec<_>>()),
            },
            Err(error) => self.connector.failed("read the schema of", error),
        }
    }

    fn malformed(&self, cause: String) -> DataError {
        DataError::Malformed {
            file: self.connector.name.clone(),
            location: self.location(),
            cause,
        }
    }

    fn location(&self) -> String {
        self.settings.query.as_ref().map_or_else(
            || format!("table `{}`", self.settings.table),
            |_| "query".to_owned(),
        )
    }
}

fn not_utf8(name: &str, row: u64, value: &str) -> DataError {
    DataError::Malformed {
        file: name.to_owned(),
        location: format!("row {row}"),
        cause: format!(
            "{value} is not UTF-8; convert it with `--query`, for example by \
             `convert_from(text::bytea, 'LATIN1')`"
        ),
    }
}

/// Returns a boolean as other sources write it.
fn boolean(value: &str) -> &str {
    match value {
        "t" => "true",
        "f" => "false",
        other => other,
    }
}

/// Returns the query of a whole table, which may have its schema before a dot.
fn select(table: &str) -> String {
    let parts: Vec<_> = table
        .splitn(2, '.')
        .map(|part| format!("\"{}\"", part.replace('"', "\"\"")))
        .collect();
    format!("SELECT * FROM {}", parts.join("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_is_quoted_with_its_schema() {
        for (table, want) in [
            ("data", r#"SELECT * FROM "data""#),
            ("Public.My Data", r#"SELECT * FROM "Public"."My Data""#),
            (
                r#"a"; DROP TABLE b; --"#,
                r#"SELECT * FROM "a""; DROP TABLE b; --""#,
            ),
        ] {
            assert_eq!(select(table), want);
        }
    }
}
