# title: autoscalers: percent policies, disabled scale down, container metrics, missing metrics and requests, above the maximum, none, two of one target
# nodes: 3x2
# metrics: yes
$K apply -f app.yaml >/dev/null; settle 37
out first $K get hpa --no-headers -o custom-columns=N:.metadata.name,C:.status.currentReplicas,D:.status.desiredReplicas
step change; $K annotate deployment lax side some drydock/memory=60Mi --overwrite >/dev/null; $K annotate deployment web drydock/cpu=5m --overwrite >/dev/null
$K scale deployment zero --replicas=1 >/dev/null; $K patch hpa over -p '{"spec":{"maxReplicas":2}}' >/dev/null; $K delete hpa twin-b >/dev/null; settle 32
out second $K get hpa --no-headers -o custom-columns=N:.metadata.name,C:.status.currentReplicas,D:.status.desiredReplicas
step back; $K annotate deployment lax side some drydock/memory=5Mi --overwrite >/dev/null; settle 45
out wide $K get hpa --no-headers -o custom-columns=N:.metadata.name,C:.status.currentReplicas,D:.status.desiredReplicas,M:'.status.currentMetrics[*].type'
