// The definitions of ServiceMonitor and PrometheusRule are read from this module; nothing of it is built.
module repopulse/tests/deployment/helm/crds

go 1.24

require github.com/prometheus-operator/prometheus-operator v0.85.0
