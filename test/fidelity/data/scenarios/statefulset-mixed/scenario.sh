# title: StatefulSets: OnDelete, a partition, claims kept and deleted, an update that breaks and is mended, orphans adopted
# nodes: 3x2
$K apply -f base.yaml >/dev/null; settle 2; $K apply -f app.yaml >/dev/null; settle 9
out pvc $K get pvc --sort-by=.metadata.name --no-headers -o custom-columns=N:.metadata.name,S:.status.phase,O:.metadata.ownerReferences[*].kind
step update; for s in hand part late; do $K set image statefulset/$s app=$s:v2 >/dev/null; done
$K patch statefulset broken -p '{"spec":{"template":{"metadata":{"annotations":{"drydock/never-ready":"true"}},"spec":{"containers":[{"name":"app","image":"broken:v2"}]}}}}' >/dev/null; settle 18
out updated $K get statefulset --no-headers -o custom-columns=N:.metadata.name,R:.status.replicas,A:.status.readyReplicas,V:.status.availableReplicas,C:.status.currentReplicas,U:.status.updatedReplicas
step mend; $K patch statefulset broken -p '{"spec":{"template":{"metadata":{"annotations":{"drydock/never-ready":null}},"spec":{"containers":[{"name":"app","image":"broken:v3"}]}}}}' >/dev/null
$K delete pod hand-1 part-0 --wait=false >/dev/null; $K scale statefulset/keep --replicas=1 >/dev/null; settle 8
out scaled $K get pvc --sort-by=.metadata.name --no-headers -o custom-columns=N:.metadata.name,S:.status.phase,O:.metadata.ownerReferences[*].kind
step force; $K delete pod broken-2 --wait=false >/dev/null; $K patch statefulset part -p '{"spec":{"updateStrategy":{"rollingUpdate":{"partition":0}}}}' >/dev/null
$K patch statefulset keep -p '{"spec":{"persistentVolumeClaimRetentionPolicy":{"whenScaled":"Delete","whenDeleted":"Retain"},"replicas":2}}' >/dev/null; settle 16
out policy $K get pvc --sort-by=.metadata.name --no-headers -o custom-columns=N:.metadata.name,S:.status.phase,O:.metadata.ownerReferences[*].kind
step orphan; $K delete statefulset hand --cascade=orphan >/dev/null; $K scale statefulset/keep --replicas=1 >/dev/null; settle 4
$K apply -f app.yaml >/dev/null 2>&1; settle 8
out pods $K get pods --sort-by=.metadata.name --no-headers -o custom-columns=N:.metadata.name,I:.spec.containers[0].image,O:.metadata.ownerReferences[*].kind
out pvc-end $K get pvc --sort-by=.metadata.name --no-headers -o custom-columns=N:.metadata.name,S:.status.phase,O:.metadata.ownerReferences[*].kind
out rev $K get controllerrevision --sort-by=.metadata.name --no-headers -o custom-columns=R:.revision,O:.metadata.ownerReferences[*].name
