//! Kustomizations for Kubernetes.

use std::fs;
use std::path::Path;

use anyhow::Result;

use super::checker::Checker;
use super::mistake::Mistake;
use super::objects::Objects;
use super::tools::captured;
use super::workload::Workload;

const FOLDER: &str = "kubernetes";

pub const MISTAKES: [Mistake; 12] = [
    Mistake {
        file: "kubernetes/base/kustomization.yaml",
        correct: "- service.yaml",
        wrong: "- services.yaml",
        error: "services.yaml",
    },
    Mistake {
        file: "kubernetes/example/kustomization.yaml",
        correct: "behavior: merge",
        wrong: "behaviour: merge",
        error: "behaviour",
    },
    Mistake {
        file: "kubernetes/base/deployment.yaml",
        correct: "readOnlyRootFilesystem",
        wrong: "readOnlyRoot",
        error: "Kubernetes 1.30: $.spec.template.spec.containers[0].securityContext",
    },
    Mistake {
        file: "kubernetes/retrain/cron-job.yaml",
        correct: "                status: \"True\"\n",
        wrong: "",
        error: "'status' is a required property",
    },
    Mistake {
        file: "kubernetes/monitoring/service-monitor.yaml",
        correct: "jobLabel",
        wrong: "jobLabels",
        error: "'jobLabels' was unexpected",
    },
    Mistake {
        file: "kubernetes/base/disruption-budget.yaml",
        correct: "app.kubernetes.io/component: service",
        wrong: "app.kubernetes.io/component: serve",
        error: "PodDisruptionBudget relevance selects no pod",
    },
    Mistake {
        file: "kubernetes/base/service.yaml",
        correct: "targetPort: http",
        wrong: "targetPort: web",
        error: "no port `web`",
    },
    Mistake {
        file: "kubernetes/predict/job.yaml",
        correct: "completions: 4",
        wrong: "completions: 5",
        error: "5 completions",
    },
    Mistake {
        file: "kubernetes/retrain/cron-job.yaml",
        correct: "values: [2, 3]",
        wrong: "values: [2]",
        error: "exit code 3",
    },
    Mistake {
        file: "kubernetes/predict/job.yaml",
        correct: "--shard=",
        wrong: "--shards=",
        error: "unexpected argument '--shards'",
    },
    Mistake {
        file: "kubernetes/retrain/kustomization.yaml",
        correct: "RELEVANCE_EXAMPLES",
        wrong: "RELEVANCE_EXAMPLE",
        error: "no variable RELEVANCE_EXAMPLE",
    },
    Mistake {
        file: "kubernetes/base/deployment.yaml",
        correct: "terminationGracePeriodSeconds: 30",
        wrong: "terminationGracePeriodSeconds: 15",
        error: "killed 15 s after SIGTERM",
    },
];

/// Renders every folder with a kustomization, checks the objects, and returns their workloads.
pub fn check(checker: &Checker<'_>, deploy: &Path) -> Result<Vec<Workload>> {
    let mut workloads = Vec::new();
    for folder in fs::read_dir(deploy.join(FOLDER))? {
        let folder = folder?.path();
        let settings = fs::read_to_string(folder.join("kustomization.yaml"))?;
        // A component is a part of another kustomization.
        if settings.contains("kind: Component") {
            continue;
        }

        let text = captured(checker.tools.kubectl().arg("kustomize").arg(&folder))?;
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        let objects = Objects::parse(format!("{FOLDER}/{name}"), &text)?;
        workloads.extend(checker.check(&objects)?);
    }
    Ok(workloads)
}
