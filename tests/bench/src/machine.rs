//! What the machine says of processes: the time they had, the memory they hold.

use std::collections::HashMap;
use std::fs;

use crate::clock::Result;

/// The ticks of a second in `/proc`, which Linux has fixed for programs.
const TICKS: f64 = 100.0;

struct Process {
    parent: u32,
    /// Its own ticks, and those of its children that have ended.
    ticks: u64,
}

fn process(id: u32) -> Option<Process> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The name in brackets may hold anything.
    let fields: Vec<&str> = stat.rsplit_once(") ")?.1.split(' ').collect();
    let ticks = |place: usize| fields.get(place)?.parse::<u64>().ok();
    Some(Process {
        parent: fields.get(1)?.parse().ok()?,
        ticks: ticks(11)? + ticks(12)? + ticks(13)? + ticks(14)?,
    })
}

/// The seconds of a processor that a process and its descendants have had.
pub fn cpu_seconds(root: u32) -> f64 {
    let ids = fs::read_dir("/proc").into_iter().flatten().flatten();
    let ids = ids.filter_map(|entry| entry.file_name().to_string_lossy().parse::<u32>().ok());
    let all: HashMap<u32, Process> = ids.filter_map(|id| Some((id, process(id)?))).collect();
    let descends = |mut id: u32| loop {
        if id == root {
            return true;
        }
        match all.get(&id) {
            Some(process) if process.parent > 1 => id = process.parent,
            _ => return false,
        }
    };
    let ticks: u64 = all.iter().filter(|(id, _)| descends(**id)).map(|(_, process)| process.ticks).sum();
    ticks as f64 / TICKS
}

/// The megabytes that a process holds in memory.
pub fn resident_megabytes(id: u32) -> f64 {
    let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    kilobytes.unwrap_or_default() / 1024.0
}

/// The machine in a line.
pub fn described() -> Result<String> {
    let info = fs::read_to_string("/proc/cpuinfo")?;
    let model = info.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
    let cores = info.lines().filter(|line| line.starts_with("processor")).count();
    let memory = fs::read_to_string("/proc/meminfo")?;
    let total = memory.lines().next().unwrap_or_default().split_whitespace().nth(1).unwrap_or_default();
    let gigabytes = total.parse::<f64>()? / 1024.0 / 1024.0;
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease")?;
    let version: Vec<&str> = kernel.split('.').take(2).collect();
    Ok(format!(
        "{cores} × {}, {gigabytes:.0} GB, Linux {}",
        model.trim_start_matches([' ', '\t', ':']),
        version.join(".")
    ))
}
