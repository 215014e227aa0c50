//! `server::bench::measure` — durations to median and p95, the machine in words, memory of a
//! process. Measuring is the one purpose for which a stopwatch is taken from the machine.

use std::time::Duration;

/// A running stopwatch.
#[derive(Debug, Clone, Copy)]
pub(super) struct Watch(std::time::Instant);

impl Watch {
    #[expect(clippy::disallowed_methods, reason = "a bench measures the machine's own time")]
    pub(super) fn start() -> Self {
        Self(std::time::Instant::now())
    }

    pub(super) fn stop(self) -> Duration {
        self.0.elapsed()
    }
}

/// Median and p95 in milliseconds.
pub(super) fn spread(times: &[Duration]) -> (f64, f64) {
    let mut sorted: Vec<Duration> = times.to_vec();
    sorted.sort();
    let at = |hundredths: usize| sorted.get(sorted.len().saturating_sub(1) * hundredths / 100).copied().unwrap_or_default();
    (at(50).as_secs_f64() * 1000.0, at(95).as_secs_f64() * 1000.0)
}

/// A table row: what, median, p95, how many.
pub(super) fn row(what: &str, times: &[Duration], more: &str) -> String {
    let (median, p95) = spread(times);
    format!("| {what} | {median:.2} | {p95:.2} | {} | {more} |", times.len())
}

/// The head of a table of rows.
pub(super) const HEAD: &str = "| what | median ms | p95 ms | n | more |\n|---|---|---|---|---|";

/// Cores, memory and processor of this machine.
pub(super) fn machine() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let cpu = read("/proc/cpuinfo");
    let cores = cpu.lines().filter(|l| l.starts_with("processor")).count();
    let model = cpu.lines().find(|l| l.starts_with("model name")).and_then(|l| l.split(": ").nth(1)).unwrap_or("?").to_owned();
    let memory_kb: u64 = read("/proc/meminfo").lines().next().and_then(|l| l.split_whitespace().nth(1)?.parse().ok()).unwrap_or(0);
    let load = read("/proc/loadavg");
    let build = if cfg!(debug_assertions) { "DEBUG BUILD" } else { "release build" };
    format!("machine: {cores} × {model}, {} GiB; load {}; {build}", memory_kb / 1024 / 1024, load.split(' ').next().unwrap_or("?"))
}

/// Resident memory of a process in MiB.
pub(super) fn memory_mib(pid: u32) -> f64 {
    of_status(&pid.to_string(), "VmRSS")
}

/// The most memory this process has had, in MiB.
pub(super) fn peak_mib() -> f64 {
    of_status("self", "VmHWM")
}

fn of_status(pid: &str, word: &str) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find(|l| l.starts_with(word));
    let kb: u32 = line.and_then(|l| l.split_whitespace().nth(1)?.parse().ok()).unwrap_or(0);
    f64::from(kb) / 1024.0
}
