//! The manifests of the platforms, checked offline: by the validators of their formats, and against
//! the program and its image.
//!
//! Every check has mistakes that it must find, so that a validator that accepts everything is one
//! too.

mod checker;
mod compose;
mod helm;
mod kserve;
mod kustomize;
mod mistake;
mod objects;
mod pod;
mod process;
mod product;
mod selectors;
mod systemd;
mod terraform;
mod tools;
mod workload;

use std::time::Instant;

use anyhow::{Context as _, Result};

use self::checker::Checker;
use self::product::Product;
use self::tools::Tools;
use self::workload::Workload;
use crate::command::root;

/// A platform: a check that returns the workloads of its manifests, and the mistakes that it finds.
struct Platform<'a> {
    name: &'a str,
    check: Box<mistake::Check<'a>>,
    mistakes: &'a [mistake::Mistake],
}

/// Checks the manifests of every platform, and runs the services that they describe.
pub fn check() -> Result<()> {
    let tools = Tools::install()?;
    let product = Product::inspect()?;
    let objects = Checker::new(&tools, &product);

    let platforms = [
        Platform {
            name: "Kubernetes",
            check: Box::new(|deploy| kustomize::check(&objects, deploy)),
            mistakes: &kustomize::MISTAKES,
        },
        Platform {
            name: "Helm",
            check: Box::new(|deploy| helm::check(&objects, deploy)),
            mistakes: &helm::MISTAKES,
        },
        Platform {
            name: "KServe",
            check: Box::new(|deploy| kserve::check(&objects, deploy)),
            mistakes: &kserve::MISTAKES,
        },
        Platform {
            name: "Terraform",
            check: Box::new(|deploy| terraform::check(&tools, &product, deploy)),
            mistakes: &terraform::MISTAKES,
        },
        Platform {
            name: "Compose",
            check: Box::new(|deploy| compose::check(&tools, &product, deploy)),
            mistakes: &compose::MISTAKES,
        },
        Platform {
            name: "systemd",
            check: Box::new(|deploy| systemd::check(&product, deploy)),
            mistakes: &systemd::MISTAKES,
        },
    ];
    for platform in &platforms {
        platform
            .run(&product)
            .with_context(|| format!("deploy/, {}", platform.name))?;
    }
    Ok(())
}

impl Platform<'_> {
    fn run(&self, product: &Product) -> Result<()> {
        let start = Instant::now();
        let workloads = (self.check)(&root().join("deploy"))?;
        mistake::all_must_be_found(self.mistakes, &self.check)?;

        let services = workloads.iter().filter(|workload| workload.is_service());
        let services: Vec<&Workload> = services.collect();
        for service in &services {
            process::check(product, service)
                .with_context(|| format!("the service of {}", service.origin))?;
        }

        println!(
            "{}: {} workloads are valid, {} planted mistakes are found, {} services run; {:.1} s",
            self.name,
            workloads.len(),
            self.mistakes.len(),
            services.len(),
            start.elapsed().as_secs_f64()
        );
        Ok(())
    }
}
