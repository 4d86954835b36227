//! Log lines.

use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt as _, util::SubscriberInitExt as _};

use crate::config::{Config, LogFormat};

/// Starts writing log lines to standard error. A second call in one process changes nothing.
pub fn start(config: &Config) {
    // The NATS client tells each of its tries, and what went over the wire; what matters of it is told by us. Who names it in
    // the filter hears it.
    let filter = format!("async_nats=off,{}", config.log_filter);
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let registry = tracing_subscriber::registry().with(filter);
    let terminal = std::io::IsTerminal::is_terminal(&std::io::stderr());
    let lines = fmt::layer().with_writer(std::io::stderr).with_ansi(terminal).with_target(false);
    let _second = match config.log_format {
        LogFormat::Text => registry.with(lines).try_init(),
        LogFormat::Json => registry.with(lines.json().flatten_event(true)).try_init(),
    };
}
