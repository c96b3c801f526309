# title: two nodes drained at once, budgets for pods that are not healthy, two budgets over one pod
# nodes: 4x1
$K apply -f app.yaml >/dev/null; settle 6
out pdb $K get pdb --no-headers -o custom-columns=N:.metadata.name,H:.status.currentHealthy,D:.status.desiredHealthy,A:.status.disruptionsAllowed,E:.status.expectedPods
step drain; $K drain -l 'kubernetes.io/hostname in (node-a1,node-b1)' --pod-selector='app in (a,b,d)' --timeout=40s >/dev/null 2>&1; echo "exit $?" > $OUT_DIR/drain.txt; settle 4
out pdb2 $K get pdb --no-headers -o custom-columns=N:.metadata.name,H:.status.currentHealthy,D:.status.desiredHealthy,A:.status.disruptionsAllowed,E:.status.expectedPods
step held; $K drain node-a1 node-b1 --pod-selector=app=c --timeout=8s >/dev/null 2>&1; echo "exit $?" > $OUT_DIR/held.txt; settle 1
out c $K get pdb c -o jsonpath='{.status.conditions[*].reason} {.status.disruptedPods}'
step two; $K uncordon node-a1 node-b1 >/dev/null; $K apply -f more.yaml >/dev/null; settle 2
$K drain node-c1 --pod-selector=app=d --timeout=8s >/dev/null 2>&1; settle 1
out pdb3 $K get pdb
