# title: StatefulSets: a partition, lowered later; OnDelete
# nodes: 3x1
$K apply -f app.yaml >/dev/null; settle 12
step canary; $K set image statefulset/part app=part:v2 >/dev/null; $K set image statefulset/manual app=manual:v2 >/dev/null; settle 9
out canary $K get statefulset part -o jsonpath='{.status.updatedReplicas} {.status.currentReplicas} {.status.replicas}'
out status $K rollout status statefulset/part --timeout=5s
step delete; $K delete pod part-0 manual-1 >/dev/null; settle 5
out images $K get pods --sort-by=.metadata.name --no-headers -o custom-columns=N:.metadata.name,I:.spec.containers[0].image
step lower; $K patch statefulset part -p '{"spec":{"updateStrategy":{"rollingUpdate":{"partition":0}}}}' >/dev/null; rollout_done statefulset/part; settle 3
out after $K get statefulset part manual -o custom-columns=N:.metadata.name,U:.status.updatedReplicas,C:.status.currentReplicas
out history $K rollout history statefulset/part
step undo; $K rollout undo statefulset/part >/dev/null; rollout_done statefulset/part; settle 2
out history2 $K rollout history statefulset/part
