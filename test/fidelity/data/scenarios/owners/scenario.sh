# title: owners: two of one child, one gone; blockOwnerDeletion and not; orphans of orphans; a namespace with what finalizers hold
# nodes: 3x1
$K apply -f app.yaml >/dev/null; settle 5
M=$($K get configmap mother -o jsonpath={.metadata.uid}); F=$($K get configmap father -o jsonpath={.metadata.uid})
own() { echo '{"apiVersion":"v1","kind":"ConfigMap","name":"'$1'","uid":"'$2'","blockOwnerDeletion":'$3'}'; }
for c in both blocking free; do $K create configmap $c --from-literal=a=b >/dev/null; done
$K patch configmap both -p '{"metadata":{"ownerReferences":['$(own mother $M true)','$(own father $F true)']}}' >/dev/null
$K patch configmap blocking -p '{"metadata":{"finalizers":["example.com/hold"],"ownerReferences":['$(own mother $M true)']}}' >/dev/null
$K patch configmap free -p '{"metadata":{"finalizers":["example.com/hold"],"ownerReferences":['$(own father $F false)']}}' >/dev/null
settle 1
step mother; $K delete configmap mother --cascade=foreground --wait=false >/dev/null; settle 3
out mother $K get configmaps mother both blocking free --ignore-not-found --no-headers -o custom-columns=N:.metadata.name,F:.metadata.finalizers,O:.metadata.ownerReferences[*].name
$K patch configmap blocking --type=json -p '[{"op":"remove","path":"/metadata/finalizers"}]' >/dev/null; settle 2
step father; $K delete configmap father --cascade=foreground --wait=false >/dev/null; settle 3
out father $K get configmaps father both free --ignore-not-found --no-headers -o custom-columns=N:.metadata.name,F:.metadata.finalizers,O:.metadata.ownerReferences[*].name
step bare; $K delete rs bare --wait=false >/dev/null; settle 3
out bare $K get pods -l app=bare --no-headers -o custom-columns=P:.status.phase,F:.metadata.finalizers
for p in $($K get pods -l app=bare -o name); do $K patch $p --type=json -p '[{"op":"remove","path":"/metadata/finalizers"}]' >/dev/null; done; settle 2
step foreground; $K delete deployment web --cascade=foreground >/dev/null; settle 1
step orphan; $K delete deployment kept --cascade=orphan >/dev/null; settle 2; $K delete rs -l app=kept --cascade=orphan >/dev/null; settle 2
out orphans $K get pods -l app=kept --no-headers -o custom-columns=P:.status.phase,O:.metadata.ownerReferences
step namespace; $K create configmap held -n other --from-literal=a=b >/dev/null; $K patch configmap held -n other -p '{"metadata":{"finalizers":["example.com/hold"]}}' >/dev/null; $K run shell -n other --image=a:v1 >/dev/null; settle 2
$K delete namespace other --wait=false >/dev/null; settle 4
out namespace $K get namespace other -o jsonpath='{.status.phase} {.status.conditions[*].type} {.status.conditions[*].status} {.status.conditions[*].reason}'
out messages $K get namespace other -o jsonpath='{.status.conditions[*].message}'
out into $K create configmap late -n other --from-literal=a=b
$K patch configmap held -n other --type=json -p '[{"op":"remove","path":"/metadata/finalizers"}]' >/dev/null; settle 6
out gone $K get namespace other
out left $K get pods,rs,deployments,configmaps --no-headers -o custom-columns=KIND:.kind,OWNER:.metadata.ownerReferences[0].kind
