# title: a second image in the middle of a rollout, revisionHistoryLimit 2, undo to a revision
# nodes: 3x2
$K apply -f app.yaml >/dev/null; rollout_done deployment/api; settle 3
step v2; $K set image deployment/api app=api:v2 >/dev/null; settle 1
step v3; $K set image deployment/api app=api:v3 >/dev/null; rollout_done deployment/api; settle 3
step v4; $K set image deployment/api app=api:v4 >/dev/null; rollout_done deployment/api; settle 2
step v5; $K set image deployment/api app=api:v5 >/dev/null; rollout_done deployment/api; settle 2
out history $K rollout history deployment/api
step undo; $K rollout undo deployment/api --to-revision=3 >/dev/null; rollout_done deployment/api; settle 2
out history2 $K rollout history deployment/api
out get $K get deployment api
