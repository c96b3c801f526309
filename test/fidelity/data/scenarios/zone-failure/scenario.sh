# title: both nodes of a zone die at once; pods with tolerationSeconds 5 and without
# nodes: 2x2
# doomed: node-a1 node-a2
$K apply -f app.yaml >/dev/null; settle 9
fail_node node-a1; fail_node node-a2; settle 70
out nodes $K get nodes -o custom-columns=NAME:.metadata.name,TAINTS:.spec.taints[*].key,READY:'.status.conditions[?(@.type=="Ready")].status',REASON:'.status.conditions[?(@.type=="Ready")].reason'
out quick $K get pods -l app=quick --no-headers -o custom-columns=D:.status.conditions[*].reason,N:.spec.nodeName
