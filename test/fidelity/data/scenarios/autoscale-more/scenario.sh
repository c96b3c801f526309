# title: autoscalers: cpu and memory, one pod each 15 s, a StatefulSet, minimum above current, no target
# nodes: 3x1
# metrics: yes
$K apply -f app.yaml >/dev/null; settle 20
step load; $K annotate deployment api drydock/memory=150Mi --overwrite >/dev/null; settle 55
out up $K get hpa api -o jsonpath='{.status.currentReplicas} {.status.desiredReplicas}'
step calm; $K annotate deployment api drydock/memory=10Mi drydock/cpu=5m --overwrite >/dev/null; $K patch hpa floor -p '{"spec":{"minReplicas":4}}' >/dev/null; settle 40
out all $K get hpa --no-headers -o custom-columns=N:.metadata.name,C:.status.currentReplicas,D:.status.desiredReplicas
