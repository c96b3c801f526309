# title: garbage collection: foreground on a ReplicaSet whose pod is held, an orphaned StatefulSet, finalizers, owners that are gone
# nodes: 3x1
$K apply -f app.yaml >/dev/null; settle 5
step orphan; $K delete statefulset db --cascade=orphan >/dev/null; settle 3
out orphans $K get pods -l app=db --no-headers -o custom-columns=N:.metadata.name,O:.metadata.ownerReferences
step readopt; $K apply -f app.yaml >/dev/null; settle 4
out adopted $K get pods -l app=db --no-headers -o custom-columns=N:.metadata.name,O:.metadata.ownerReferences[0].kind
step child; $K create configmap child --from-literal=a=b >/dev/null
$K patch configmap child -p '{"metadata":{"ownerReferences":[{"apiVersion":"apps/v1","kind":"StatefulSet","name":"db","uid":"'$($K get statefulset db -o jsonpath={.metadata.uid})'","blockOwnerDeletion":true}],"finalizers":["example.com/hold"]}}' >/dev/null
step foreground; $K delete statefulset db --cascade=foreground --wait=false >/dev/null; settle 3
out blocked $K get statefulset db -o jsonpath='{.metadata.finalizers} {.status.replicas}'
$K patch configmap child --type=json -p '[{"op":"remove","path":"/metadata/finalizers"}]' >/dev/null; settle 2
out unblocked $K get statefulset db
step held; $K delete configmap held --wait=false >/dev/null; $K delete pod held --wait=false >/dev/null; settle 3
out held $K get pod held -o jsonpath='{.status.phase} {.metadata.finalizers}'
$K patch pod held --type=json -p '[{"op":"remove","path":"/metadata/finalizers"}]' >/dev/null; $K patch configmap held --type=json -p '[{"op":"remove","path":"/metadata/finalizers"}]' >/dev/null; settle 2
step rs; $K delete rs -l app=web --cascade=orphan >/dev/null; settle 4
step job; $K delete job work >/dev/null; settle 3
step bad-owner; $K create configmap lost --from-literal=a=b >/dev/null; $K patch configmap lost -p '{"metadata":{"ownerReferences":[{"apiVersion":"apps/v1","kind":"Deployment","name":"ghost","uid":"11111111-1111-1111-1111-111111111111"}]}}' >/dev/null; settle 3
out left $K get pods,rs,deployments,statefulsets,jobs,configmaps --no-headers -o custom-columns=KIND:.kind,OWNER:.metadata.ownerReferences[0].kind
