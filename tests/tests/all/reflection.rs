//! A program not written here: Python, which knows nothing of Koepel but what reflection tells.

use std::{path::PathBuf, process::Command};

use koepel_tests::Shop;

/// A Python with gRPC and its reflection, if there is one.
fn python() -> Option<PathBuf> {
    let given = std::env::var_os("KOEPEL_PYTHON").map(PathBuf::from);
    if let Some(given) = &given {
        assert!(
            works(given),
            "KOEPEL_PYTHON={} cannot import grpc and grpc_reflection",
            given.display()
        );
    }
    let in_target =
        std::env::current_exe().unwrap().ancestors().nth(3).unwrap().join("tools/py/bin/python");
    given.into_iter().chain([in_target, PathBuf::from("python3")]).find(works)
}

fn works(python: &PathBuf) -> bool {
    let tried = Command::new(python).args(["-c", "import grpc, grpc_reflection"]).output();
    tried.is_ok_and(|output| output.status.success())
}

#[tokio::test]
async fn python_uses_the_api_through_reflection_only() {
    let Some(python) = python() else {
        koepel_tests::absent::may_be(
            "Python with grpcio and grpcio-reflection",
            "name one in KOEPEL_PYTHON",
        );
        return;
    };
    let shop = Shop::open().await;
    shop.fill(&["online", "offline"]).await;
    let program = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/all/reflection.py");
    let ran = Command::new(python)
        .arg(program)
        .args([shop.server.authority(), shop.chief.token()])
        .output()
        .unwrap();
    let (out, err) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(ran.status.success(), "{out}{err}");
    for line in [
        "service koepel.v1.BacklogService",
        "service koepel.v1.IngestService",
        "service grpc.health.v1.Health",
        "backlog 1 ONLINE-1",
        "backlog 2 OFFLINE-1",
        "created ONLINE-2 at 1 by Python",
        "refused INVALID_ARGUMENT item.title: must not be empty",
        "import refused INVALID_ARGUMENT",
    ] {
        assert!(out.contains(line), "{line:?} is not in {out}");
    }
    assert_eq!(shop.order("").await, ["ONLINE-2", "ONLINE-1", "OFFLINE-1"]);
}
