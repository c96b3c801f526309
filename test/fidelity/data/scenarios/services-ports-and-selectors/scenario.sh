# title: services: named target ports, not-ready addresses, a changed selector, ExternalName to ClusterIP, headless
# nodes: 3x1
$K apply -f app.yaml >/dev/null; settle 5
step selector; $K patch service named -p '{"spec":{"selector":{"app":"other"}}}' >/dev/null; settle 2
step internal; $K patch service outside -p '{"spec":{"type":"ClusterIP","externalName":null,"selector":{"app":"web"},"ports":[{"port":80,"targetPort":8080}]}}' >/dev/null; settle 2
step relabel; $K label pod $($K get pods -l app=web -o name --sort-by=.metadata.name | head -1 | cut -d/ -f2) app=gone --overwrite >/dev/null; settle 4
step nobody; $K patch service early -p '{"spec":{"selector":{"app":"nobody"}}}' >/dev/null; settle 2
step update; $K set image deployment/web app=web:v2 >/dev/null; rollout_done deployment/web; settle 3
out services $K get services -o custom-columns=NAME:.metadata.name,TYPE:.spec.type,PORTS:.spec.ports[*].port,AFF:.spec.sessionAffinity
step delete; $K delete service sticky portless >/dev/null; settle 2
