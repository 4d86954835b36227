//! What comes about by itself, some moments later.

use std::time::Duration;

use tokio::time::Instant;

/// How long anything may take before it counts as hanging.
const PATIENCE: Duration = Duration::from_secs(30);

/// Asks again and again until there is an answer.
///
/// # Panics
/// If there is none in half a minute.
pub async fn eventually<T>(mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(begun.elapsed() < PATIENCE, "it did not come about");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
