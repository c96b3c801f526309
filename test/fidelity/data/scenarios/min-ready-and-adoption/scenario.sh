# title: minReadySeconds with surge 50 %; a Deployment adopts an orphan ReplicaSet, which had adopted a pod
# nodes: 3x1
$K apply -f app.yaml >/dev/null; rollout_done deployment/slow; settle 2
step update; $K set image deployment/slow app=slow:v2 >/dev/null; rollout_done deployment/slow; settle 3
step orphans; $K create -f orphans.yaml >/dev/null; settle 4
out owners $K get pod stray -o jsonpath='{.metadata.ownerReferences[0].kind} {.metadata.ownerReferences[0].name}'
step adopt; $K apply -f web.yaml >/dev/null; settle 8
out rs $K get rs -l app=web --no-headers --sort-by=.spec.replicas -o custom-columns=OWNER:.metadata.ownerReferences[0].name,WANT:.spec.replicas,REV:'.metadata.annotations.deployment\.kubernetes\.io/revision'
step release; $K label pod $($K get pods -l app=web -o name --sort-by=.metadata.name | head -1 | cut -d/ -f2) app=debug --overwrite >/dev/null; settle 4
out released $K get pods -l app=debug --no-headers -o custom-columns=OWNER:.metadata.ownerReferences
