# title: StatefulSets: ordinals from 5, claims deleted when scaled; scaled down in the middle of an update
# nodes: 3x1
$K apply -f app.yaml >/dev/null; settle 17
out pvc $K get pvc --sort-by=.metadata.name --no-headers -o custom-columns=N:.metadata.name,S:.status.phase
step down; $K scale statefulset/shard --replicas=1 >/dev/null; settle 7
out pvc-down $K get pvc --sort-by=.metadata.name --no-headers -o custom-columns=N:.metadata.name,S:.status.phase,O:.metadata.ownerReferences[*].kind
step update; $K set image statefulset/wave app=wave:v2 >/dev/null; settle 4
$K scale statefulset/wave --replicas=2 >/dev/null; rollout_done statefulset/wave; settle 5
step stuck; $K patch statefulset wave -p '{"spec":{"template":{"metadata":{"annotations":{"drydock/never-ready":"true"}}}}}' >/dev/null; settle 5
$K patch statefulset wave -p '{"spec":{"template":{"metadata":{"annotations":{"drydock/never-ready":null}}}}}' >/dev/null; settle 5
out stuck $K get pods -l app=wave --sort-by=.metadata.name --no-headers -o custom-columns=N:.metadata.name,A:'.metadata.annotations.drydock/never-ready'
step delete; $K delete statefulset shard >/dev/null; settle 5
out pvc-gone $K get pvc --no-headers
