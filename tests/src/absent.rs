//! Tools that tests need and that are not on this machine: a test without its tool fails, so that nobody takes for tested what was
//! not. Who wants to do without says so.

/// Whether tests without their tools are skipped.
const VARIABLE: &str = "KOEPEL_WITHOUT_TOOLS";

/// Says that a tool is not there, and that the test which needs it is skipped.
///
/// # Panics
/// Unless `KOEPEL_WITHOUT_TOOLS=1` says that tools may be absent.
#[track_caller]
pub fn may_be(tool: &str, how: &str) {
    let allowed = std::env::var(VARIABLE).is_ok_and(|value| value == "1");
    assert!(
        allowed,
        "there is no {tool} on this machine, and this test needs it: run `cargo xtask test`, which fetches it, or {how}; \
         {VARIABLE}=1 skips the tests whose tools are not there"
    );
    crate::reliability::tell(&format!("SKIPPED: there is no {tool}; {how}"));
}
