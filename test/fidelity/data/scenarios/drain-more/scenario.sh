# title: drain with budgets in per cent, an unmanaged pod, a DaemonSet
# nodes: 3x1
$K apply -f app.yaml >/dev/null; settle 6
out pdb $K get pdb
out refused $K drain node-a1 --timeout=10s
step drain; $K drain node-a1 --ignore-daemonsets --force --timeout=60s >/dev/null 2>&1; echo "exit $?" > $OUT_DIR/drain.txt; settle 4
out bare $K get pod bare
out pdb-after $K get pdb -o custom-columns=N:.metadata.name,H:.status.currentHealthy,D:.status.desiredHealthy,A:.status.disruptionsAllowed,E:.status.expectedPods
step scale; $K scale deployment half --replicas=1 >/dev/null; $K scale deployment most --replicas=2 >/dev/null; settle 4
out pdb-scaled $K get pdb -o custom-columns=N:.metadata.name,H:.status.currentHealthy,D:.status.desiredHealthy,A:.status.disruptionsAllowed,E:.status.expectedPods
out daemon $K get daemonset agent
step uncordon; $K uncordon node-a1 >/dev/null; $K scale deployment half --replicas=3 >/dev/null; settle 4
