# title: DaemonSets: maxUnavailable 50 %, maxSurge 1, OnDelete, nodes that come to match and cease to
# nodes: 2x2
$K apply -f app.yaml >/dev/null; settle 4
step label; $K label node node-a1 node-b1 manual=yes >/dev/null; settle 4
step update; $K set image daemonset/agent a=agent:v2 >/dev/null; $K set image daemonset/manual a=manual:v2 >/dev/null; settle 10
step surge; $K set image daemonset/surge a=surge:v2 >/dev/null; rollout_done daemonset/surge; settle 3
step delete; $K delete pod $($K get pods -l app=manual -o name --sort-by=.spec.nodeName | head -1 | cut -d/ -f2) >/dev/null; settle 4
step unlabel; $K label node node-b1 manual- >/dev/null; settle 3
step cordon; $K cordon node-a1 >/dev/null; $K delete pod $($K get pods -l app=manual -o name | head -1 | cut -d/ -f2) >/dev/null; settle 4
out get $K get daemonsets
out history $K rollout history daemonset/agent
step undo; $K rollout undo daemonset/agent >/dev/null; rollout_done daemonset/agent; settle 2
out history2 $K rollout history daemonset/agent
