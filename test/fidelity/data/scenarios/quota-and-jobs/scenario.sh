# title: quota on counts and scopes; Jobs: indexed, suspended, deadline, time to live, back-off per index
# nodes: 3x1
$K apply -f app.yaml >/dev/null; settle 2
out deployments $K apply -f deployments.yaml
step jobs; out jobs $K apply -f jobs.yaml; settle 5
out be1 $K run be1 --image=a:v1
out be2 $K run be2 --image=a:v1
out nodeport $K create service nodeport np --tcp=80
step resume; $K patch job held -p '{"spec":{"suspend":false}}' >/dev/null; settle 2; $K patch job held -p '{"spec":{"suspend":true}}' >/dev/null; settle 3
out held $K get job held -o jsonpath='{.status.active} {.status.conditions[*].type}={.status.conditions[*].status}'
$K patch job held -p '{"spec":{"suspend":false}}' >/dev/null; settle 8
out get $K get jobs --no-headers -o custom-columns=N:.metadata.name,S:.status.succeeded,F:.status.failed,I:.status.completedIndexes,FI:.status.failedIndexes,C:.status.conditions[*].type,R:.status.conditions[*].reason
out quota $K get resourcequota counts -o jsonpath='{.status.used}'
out quota-be $K get resourcequota besteffort -o jsonpath='{.status.used}'
