# title: a rollout paused in its middle and scaled, a second image while paused, a deadline that passes, undo to a revision
# nodes: 3x1
$K apply -f app.yaml >/dev/null; rollout_done deployment/api; settle 2
step v2; $K set image deployment/api app=api:v2 >/dev/null; settle 1; out pause $K rollout pause deployment/api; settle 3
out paused $K get deployment api -o jsonpath='{.status.replicas} {.status.updatedReplicas} {.status.conditions[*].reason}'
step scale; $K scale deployment api --replicas=12 >/dev/null; settle 4
out scaled $K get rs -l app=api --no-headers --sort-by=.metadata.creationTimestamp -o custom-columns=D:.spec.replicas,R:.status.readyReplicas,A:.metadata.annotations
step v3; $K set image deployment/api app=api:v3 >/dev/null; settle 2
out again $K rollout pause deployment/api
out restart $K rollout restart deployment/api
out undo-paused $K rollout undo deployment/api
step resume; out resume $K rollout resume deployment/api; rollout_done deployment/api; settle 2
out history $K rollout history deployment/api
step stuck; $K patch deployment api -p '{"spec":{"template":{"metadata":{"annotations":{"drydock/never-ready":"true"}}}}}' >/dev/null; settle 10
out stuck $K rollout status deployment/api --timeout=5s
out conditions $K get deployment api -o jsonpath='{.status.conditions[*].type} {.status.conditions[*].status} {.status.conditions[*].reason} {.status.conditions[*].message}'
step undo; out undo $K rollout undo deployment/api --to-revision=1; rollout_done deployment/api; settle 2
out history2 $K rollout history deployment/api
out none $K rollout undo deployment/api --to-revision=9
