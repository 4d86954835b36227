//! `EscalationPointService`.

use std::sync::Arc;

use koepel_api::{
    check::Invalid,
    escalation_point as convert, names,
    v1::{self, escalation_point_service_server::EscalationPointService},
};
use koepel_domain::{
    calendar::{Calendar, Kept},
    ids::{CalendarId, ProductId},
    points::default_line,
    product::Product,
};
use koepel_engine::View;
use tonic::{Request, Response, Status};

use super::status;
use crate::app::{App, Caller};

pub(crate) struct Handler(pub(crate) Arc<App>);

type Answer<T> = Result<Response<T>, Status>;

fn invalid(error: Invalid) -> Status {
    status::invalid(&error)
}

/// A calendar that was asked for, and the product that it was asked of.
struct Found {
    id: ProductId,
    view: Arc<View<Product>>,
    calendar: Option<CalendarId>,
}

impl Found {
    async fn of(
        app: &App,
        caller: &Caller,
        (field, name): (&str, &str),
        min_version: u64,
    ) -> Result<Self, Status> {
        let (id, calendar) = convert::calendar_or_default(field, name).map_err(invalid)?;
        let view = app.view(caller, &id, min_version).await?;
        Ok(Self { id, view, calendar })
    }

    fn calendar(&self) -> Result<(Arc<Calendar>, Option<&Kept>), Status> {
        let product = &self.view.state;
        let default = product.default_calendar();
        let wanted = self.calendar.as_ref().unwrap_or(&default.id);
        if let Some(kept) = product.calendar(wanted) {
            return Ok((Arc::clone(&kept.calendar), Some(kept)));
        }
        if *wanted == CalendarId::built_in() {
            return Ok((Arc::new(Calendar::built_in()), None));
        }
        let message = format!("there is no calendar {wanted} in product {}", self.id);
        Err(status::not_found("UNKNOWN_CALENDAR", message))
    }

    fn shown(&self) -> Result<v1::Calendar, Status> {
        let (calendar, kept) = self.calendar()?;
        Ok(convert::calendar(&self.id, &self.view.state, &calendar, kept))
    }
}

#[tonic::async_trait]
impl EscalationPointService for Handler {
    async fn save_calendar(
        &self,
        request: Request<v1::SaveCalendarRequest>,
    ) -> Answer<v1::SaveCalendarResponse> {
        let name = request.get_ref().calendar.as_ref().map(|calendar| calendar.name.clone());
        let done = self.0.run("SaveCalendar", request, convert::save_calendar).await?;
        let name = name.unwrap_or_default();
        let (_, id) = names::calendar("calendar.name", &name).map_err(invalid)?;
        let kept = done.product().calendar(&id);
        let shown =
            |kept: &Kept| convert::calendar(&done.id, done.product(), &kept.calendar, Some(kept));
        Ok(Response::new(v1::SaveCalendarResponse {
            calendar: kept.map(shown),
            receipt: Some(done.receipt()),
        }))
    }

    async fn remove_calendar(
        &self,
        request: Request<v1::RemoveCalendarRequest>,
    ) -> Answer<v1::RemoveCalendarResponse> {
        let done = self.0.run("RemoveCalendar", request, convert::remove_calendar).await?;
        Ok(Response::new(v1::RemoveCalendarResponse { receipt: Some(done.receipt()) }))
    }

    async fn get_calendar(
        &self,
        request: Request<v1::GetCalendarRequest>,
    ) -> Answer<v1::GetCalendarResponse> {
        let caller = self.0.caller(request.metadata())?;
        let request = request.into_inner();
        let found =
            Found::of(&self.0, &caller, ("name", &request.name), request.min_version).await?;
        Ok(Response::new(v1::GetCalendarResponse {
            calendar: Some(found.shown()?),
            version: found.view.state.version().0,
        }))
    }

    async fn list_calendars(
        &self,
        request: Request<v1::ListCalendarsRequest>,
    ) -> Answer<v1::ListCalendarsResponse> {
        let caller = self.0.caller(request.metadata())?;
        let request = request.into_inner();
        let id = names::product("parent", &request.parent).map_err(invalid)?;
        let view = self.0.view(&caller, &id, request.min_version).await?;
        let product = &view.state;
        let shown = |kept: &Kept| convert::calendar(&id, product, &kept.calendar, Some(kept));
        let mut calendars: Vec<_> = product.calendars().map(shown).collect();
        if calendars.is_empty() {
            calendars.push(convert::calendar(&id, product, product.default_calendar(), None));
        }
        let version = product.version().0;
        Ok(Response::new(v1::ListCalendarsResponse { calendars, version }))
    }

    async fn compute_deadline(
        &self,
        request: Request<v1::ComputeDeadlineRequest>,
    ) -> Answer<v1::ComputeDeadlineResponse> {
        let caller = self.0.caller(request.metadata())?;
        let request = request.into_inner();
        let named = ("calendar", request.calendar.as_str());
        let found = Found::of(&self.0, &caller, named, request.min_version).await?;
        let from = match &request.from_time {
            Some(time) => koepel_api::common::time("from_time", time).map_err(invalid)?,
            None => caller.actor.now,
        };
        let answer = convert::read_answer_time("answer_time", request.answer_time.as_ref())
            .map_err(invalid)?;
        let (calendar, kept) = found.calendar()?;
        let shown = convert::calendar(&found.id, &found.view.state, &calendar, kept);
        Ok(Response::new(v1::ComputeDeadlineResponse {
            calendar: Some(shown),
            version: found.view.state.version().0,
            ..convert::deadline(&calendar, from, answer)
        }))
    }

    async fn save_escalation_points(
        &self,
        request: Request<v1::SaveEscalationPointsRequest>,
    ) -> Answer<v1::SaveEscalationPointsResponse> {
        let done = self.0.run("SaveEscalationPoints", request, convert::save_points).await?;
        let points = done.product().points().map(|point| convert::point(&done.id, point));
        Ok(Response::new(v1::SaveEscalationPointsResponse {
            points: points.collect(),
            receipt: Some(done.receipt()),
        }))
    }

    async fn get_escalation_points(
        &self,
        request: Request<v1::GetEscalationPointsRequest>,
    ) -> Answer<v1::GetEscalationPointsResponse> {
        let caller = self.0.caller(request.metadata())?;
        let request = request.into_inner();
        let id = names::product("product", &request.product).map_err(invalid)?;
        let (min_version, as_of) = (request.min_version, request.as_of.as_ref());
        let view = self.0.view_as_of(&caller, &id, min_version, as_of).await?;
        let (product, then) = (&view.state, self.0.moment(&id, &view, as_of).await?);
        Ok(Response::new(v1::GetEscalationPointsResponse {
            points: product.points().map(|point| convert::point(&id, point)).collect(),
            gaps: product.point_gaps(then).iter().map(|cell| convert::gap(&id, cell)).collect(),
            default_line: default_line().iter().map(|step| convert::step(&id, step)).collect(),
            changed_at_version: product.points_changed().0,
            version: product.version().0,
        }))
    }
}
