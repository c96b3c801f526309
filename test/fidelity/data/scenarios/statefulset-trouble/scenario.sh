# title: StatefulSets: ordinals that move, undone revisions, a partition above all, claims that go and come back, a pod that fails and one that nobody can place
# nodes: 3x2
$K apply -f base.yaml >/dev/null; settle 2; $K apply -f app.yaml >/dev/null; settle 11
step change; $K patch statefulset shift -p '{"spec":{"ordinals":{"start":1}}}' >/dev/null; $K set image statefulset/undo app=undo:v2 >/dev/null; $K set image statefulset/high app=high:v2 >/dev/null
$K scale statefulset/both --replicas=0 >/dev/null; $K patch pod sick-1 --subresource=status -p '{"status":{"phase":"Failed"}}' >/dev/null; settle 12
out first $K get statefulset --no-headers -o custom-columns=N:.metadata.name,R:.status.replicas,A:.status.readyReplicas,C:.status.currentReplicas,U:.status.updatedReplicas
out pvc $K get pvc --no-headers
step again; $K rollout undo statefulset/undo >/dev/null; $K scale statefulset/both --replicas=2 >/dev/null; $K scale statefulset/high --replicas=4 >/dev/null
$K patch statefulset sick -p '{"spec":{"template":{"spec":{"nodeSelector":{"no":"where"}}}}}' >/dev/null; settle 12
out second $K get statefulset --no-headers -o custom-columns=N:.metadata.name,R:.status.replicas,A:.status.readyReplicas,C:.status.currentReplicas,U:.status.updatedReplicas
step third; $K scale statefulset/sick --replicas=2 >/dev/null; $K patch statefulset undo -p '{"spec":{"template":{"metadata":{"annotations":{"a":"b"}}}}}' >/dev/null; $K delete pvc data-both-1 --wait=false >/dev/null; $K delete pod both-1 --wait=false >/dev/null; settle 9
out pvc-back $K get pvc --sort-by=.metadata.name --no-headers -o custom-columns=N:.metadata.name,S:.status.phase,O:.metadata.ownerReferences[*].kind,L:.metadata.labels
out revisions $K get controllerrevision --sort-by=.revision --no-headers -o custom-columns=R:.revision,O:.metadata.ownerReferences[*].name
out history $K rollout history statefulset/undo
step end; $K delete statefulset both shift --wait=false >/dev/null; settle 5
out pvc-end $K get pvc --no-headers
