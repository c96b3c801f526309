# title: which node's pods are preempted: budgets, priorities, sums of them, numbers; each in turn until none is left
# nodes: 4x1 cpu=2 memory=4Gi
$K apply -f pods.yaml >/dev/null; settle 5
step first; $K apply -f first.yaml >/dev/null; settle 5; out first $K get pod first -o jsonpath='{.spec.nodeName}'
step second; $K apply -f second.yaml >/dev/null; settle 5; out second $K get pod second -o jsonpath='{.spec.nodeName}'
step third; $K apply -f third.yaml >/dev/null; settle 5; out third $K get pod third -o jsonpath='{.spec.nodeName}'
step fourth; $K apply -f fourth.yaml >/dev/null; settle 5; out fourth $K get pod fourth -o jsonpath='{.spec.nodeName}'
step fifth; $K apply -f fifth.yaml >/dev/null; settle 4; out fifth $K get pod fifth -o jsonpath='{.spec.nodeName}'
out pods $K get pods --no-headers -o custom-columns=N:.metadata.name,O:.spec.nodeName,P:.status.phase
