# title: spread hard and soft, minDomains, node affinity, pod affinity, taints honoured by spread
# nodes: 3x2
$K apply -f a.yaml >/dev/null; settle 3
step domains; $K apply -f b.yaml >/dev/null; settle 4
step prefer; $K apply -f c.yaml >/dev/null; settle 4
step near; $K taint node node-c1 node-c2 dedicated=gpu:NoSchedule >/dev/null; $K apply -f d.yaml >/dev/null; settle 5
out domains $K get deployment --no-headers -o custom-columns=N:.metadata.name,R:.status.readyReplicas,U:.status.unavailableReplicas
step update; $K set image deployment/mixed app=mixed:v2 >/dev/null; settle 8
out mixed $K get deployment mixed
