//! Clients that send one command after the other, each as soon as the last one was answered.

use std::time::Duration;

use anyhow::Result;
use futures::future::try_join_all;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::{client::Client, figures::Times};

/// What a load did.
pub(crate) struct Done {
    pub(crate) commands: u64,
    pub(crate) seconds: f64,
    pub(crate) times: Times,
    /// The server's processor time for each command, in microseconds, if somebody looked.
    pub(crate) cpu_us: f64,
}

impl Done {
    pub(crate) fn rate(&self) -> f64 {
        self.commands as f64 / self.seconds
    }

    pub(crate) fn json(&self) -> Value {
        json!({
            "commands": self.commands, "per_second": self.rate(), "server_cpu_us": self.cpu_us,
            "times": self.times.json(),
        })
    }
}

/// Each client sends commands for so long; `command` gets a number that is used once.
pub(crate) async fn drive<F>(
    clients: &[Client],
    time: Duration,
    command: impl Fn(Client, u64) -> F + Clone + Send + Sync + 'static,
) -> Result<Done>
where
    F: Future<Output = Result<()>> + Send,
{
    let begun = Instant::now();
    let first: u64 = rand::random::<u64>() >> 24;
    let tasks = clients.iter().enumerate().map(|(nth, client)| {
        let (client, command) = (client.clone(), command.clone());
        tokio::spawn(async move {
            let mut times = Times::default();
            let mut n = first + ((nth as u64) << 40);
            while begun.elapsed() < time {
                let asked = Instant::now();
                command(client.clone(), n).await?;
                times.push(asked.elapsed());
                n += 1;
            }
            anyhow::Ok(times)
        })
    });
    let all = try_join_all(tasks).await?;
    let seconds = begun.elapsed().as_secs_f64();
    let mut times = Times::default();
    for each in all {
        times.join(each?);
    }
    Ok(Done { commands: times.len() as u64, seconds, times, cpu_us: f64::NAN })
}

/// The load of P1: new items, in one product.
pub(crate) async fn create_items(clients: &[Client], time: Duration) -> Result<Done> {
    drive(clients, time, |client, n| async move { client.create("measured", n).await.map(|_| ()) })
        .await
}
