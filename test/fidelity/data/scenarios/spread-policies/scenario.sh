# title: spread with its node policies, minDomains and matchLabelKeys, one zone tainted, then free again
# nodes: 3x2
$K taint node node-c1 node-c2 dedicated=gpu:NoSchedule >/dev/null; $K apply -f app.yaml >/dev/null; settle 8
out first $K get deployment --no-headers -o custom-columns=N:.metadata.name,R:.status.readyReplicas,U:.status.unavailableReplicas
step update; $K set image deployment/hashed app=hashed:v2 >/dev/null; settle 6
step free; $K taint node node-c1 node-c2 dedicated- >/dev/null; settle 6
out second $K get deployment --no-headers -o custom-columns=N:.metadata.name,R:.status.readyReplicas,U:.status.unavailableReplicas
step relabel; $K label node node-b1 topology.kubernetes.io/zone=zone-d --overwrite >/dev/null; settle 6
out third $K get deployment --no-headers -o custom-columns=N:.metadata.name,R:.status.readyReplicas,U:.status.unavailableReplicas
