# title: why a pod does not schedule: claims, gates, affinity, host ports, too many pods, cordoned and tainted nodes
# nodes: 4x1 cpu=8 memory=32Gi pods=4
$K taint node node-c1 dedicated=gpu:NoSchedule >/dev/null; $K cordon node-d1 >/dev/null; settle 1
$K apply -f pods.yaml >/dev/null; settle 4
out pods $K get pods -l probe=why --sort-by=.metadata.name -o custom-columns=NAME:.metadata.name,PHASE:.status.phase,REASON:.status.conditions[0].reason,MESSAGE:.status.conditions[0].message
step ports; $K apply -f app.yaml >/dev/null; settle 4
step ungate; $K patch pod gated --type=json -p '[{"op":"remove","path":"/spec/schedulingGates"}]' >/dev/null; settle 2
step uncordon; $K uncordon node-d1 >/dev/null; settle 3
step label; $K label node node-c1 disk=ssd >/dev/null; $K taint node node-c1 dedicated- >/dev/null; settle 4
out after $K get pods -l probe=why --sort-by=.metadata.name -o custom-columns=NAME:.metadata.name,PHASE:.status.phase,REASON:.status.conditions[0].reason,MESSAGE:.status.conditions[0].message
