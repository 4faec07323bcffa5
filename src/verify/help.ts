export const VERIFY_HELP = `Usage: netlog verify [--format text|json]

Reads the lines of netlog from standard input, of one or many nodes, and says
for each node from when to when its log is complete, and what is missing.

  kubectl logs -n netlog -l app.kubernetes.io/name=netlog --prefix --tail=-1 \\
    --max-log-requests=100 --ignore-errors | kubectl exec -n netlog --stdin \\
    daemonset/netlog -- netlog verify

It knows the nodes that have lines here: compare their number with yours.

Lines may be text or JSON, in any order, twice, with the prefixes of kubectl
logs (--prefix, --timestamps), as the kubelet's or Docker's log files have them,
and among netlog's own messages. Whoever can write lines of their own into the
log can also write some that look like netlog's: give it netlog's log only.

A node's log is INCOMPLETE (exit code 1) if
  holes     numbers of a run (seq) are missing between its first line here and
            its last: lines that were lost after netlog wrote them
  gaps      no run watched for a time: a #gap, or the time from the last line of
            a run to the first of the next; not if another run watched, and
            not what was before the first run
  losses    netlog itself lost events: lost.*, dropped.* or unparsable in the
            last #stats of a run is not 0; where the log begins in the middle of
            the run: has grown since the first #stats. What a slow reader cost
            is told by a #gap too, and is one loss
  sums      netlog's counters contradict each other or the lines
  no-stats  a run has no #stats, so what it lost is not known

Not incomplete: a log that begins in the middle of a run (it says since when it
is complete), a last run without #stop (it may still run), lines twice or out of
order, what rules filtered, and what is in notes: probes that the kernel skipped
(missed), ends and outcomes inferred later (missed_ends), names that came too
late, labels that found no room, and losses of which bpftrace says nothing
(unknown).

Exit code 0: complete; 1: incomplete; 2: wrong usage, standard input cannot be
read, or there is no line of netlog's in it.
`;
